"""What a reader does on the page, for the tests that drive it."""

from axe_playwright_python.sync_playwright import Axe, AxeResults
from playwright.sync_api import Page

EM_PORTUGUES = "Que chips foram usados para treinar o GLM-Image?"
IN_ENGLISH = "How many ships were waiting while the Ever Given blocked the Suez Canal?"
OFF_TOPIC = "Qual é a receita de bolo de cenoura?"


def put(page: Page, question: str) -> None:
    """Ask."""
    page.fill("#pc-question", question)
    page.keyboard.press("Enter")


def settled(page: Page, status: str) -> None:
    """Wait until the newest turn is so."""
    page.wait_for_selector(f'.pc-turn:last-child[data-status="{status}"]')


def answered(page: Page, question: str) -> None:
    """Ask, and wait for the answer."""
    turns = page.locator(".pc-turn").count()
    put(page, question)
    page.wait_for_function(f"document.querySelectorAll('.pc-turn').length === {turns + 1}")
    settled(page, "answered")


def ended(page: Page) -> None:
    """The newest turn is answered or refused; which of them is not this test's business."""
    page.wait_for_selector(".pc-turn:last-child:is([data-status=answered], [data-status=refused])")


def texts(page: Page, selector: str) -> list[str]:
    """What stands in all these elements, to the letter."""
    found: list[str] = page.eval_on_selector_all(selector, "all => all.map(one => one.textContent)")
    return found


def focused(page: Page, selector: str) -> bool:
    """Whether one of these has the focus."""
    return bool(page.evaluate("selector => document.activeElement.matches(selector)", selector))


def chosen(page: Page, menu: str, entry: str) -> None:
    """Choose an entry of a menu."""
    page.click(f"button[aria-haspopup=menu]:has-text('{menu}')")
    page.click(f"[role=menuitem]:visible:has-text('{entry}')")


OF_COLOURS = ["color-contrast", "link-in-text-block"]  # the rules of axe that look at them


def violations(page: Page, *, of_colours: bool = False) -> str:
    """What axe finds in the page as it stands, or only in its colours; empty when nothing."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    options = {"resultTypes": ["violations"]} | ({"runOnly": OF_COLOURS} if of_colours else {})
    found = AxeResults(page.evaluate("options => axe.run(options)", options))
    return str(found.generate_report()) if found.violations_count else ""


def violations_in_both(page: Page) -> list[str]:
    """What axe finds in the page, and in its colours in the other scheme."""
    found = [violations(page)]
    page.evaluate("document.body.classList.toggle('dark')")
    found.append(violations(page, of_colours=True))
    page.evaluate("document.body.classList.toggle('dark')")
    return [one for one in found if one]
