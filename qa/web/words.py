"""Every word of the page, in Brazilian Portuguese and in English.  To add a language, add a column.

In: nothing.  Out: one table, by language and key.  A pair of texts is a plural: (for one, for any other number).
What stands in braces is filled in by the page; `{n}` is written with the language's own thousands mark.
"""

from typing import NamedTuple

Text = str | tuple[str, str]


class Said(NamedTuple):
    """One thing that the page says, in each language."""

    pt: Text
    en: Text


WORDS: dict[str, Said] = {
    # before the first question
    "promise": Said("Pergunte ao arquivo. Confira cada frase.", "Ask the archive. Check every sentence."),
    "promise_more": Said(
        "Cada frase da resposta é uma citação: clique no número e veja as palavras exatas no artigo.",
        "Every sentence of an answer is a citation: click its number to see the exact words in the article.",
    ),
    "examples": Said("Experimente perguntar", "Try asking"),
    "about_headline": Said("O que se sabe sobre “{title}”?", "What is known about “{title}”?"),
    "skip_to_question": Said("Ir para a pergunta", "Skip to the question"),
    # the archive
    "articles": Said(("{n} artigo", "{n} artigos"), ("{n} article", "{n} articles")),
    "outlets_n": Said(("{n} veículo", "{n} veículos"), ("{n} outlet", "{n} outlets")),
    "in_archive": Said("No arquivo: {held}", "In the archive: {held}"),
    "coverage_label": Said("O que o arquivo contém", "What the archive holds"),
    "counting": Said("Contando os artigos…", "Counting the articles…"),
    "bar": Said("{days}: {articles}", "{days}: {articles}"),
    "bars_label": Said("Artigos ao longo do tempo", "Articles over time"),
    "bars_hint": Said("Clique em uma barra ou em um nome para filtrar por ele.", "Click a bar or a name to filter by it."),
    "share": Said("{name}: {articles}", "{name}: {articles}"),
    "more_n": Said(("mais {n}", "mais {n}"), ("{n} more", "{n} more")),
    "origins_n": Said(("{n} origem independente", "{n} origens independentes"), ("{n} independent origin", "{n} independent origins")),
    "undated": Said(("{n} sem data", "{n} sem data"), ("{n} without a date", "{n} without a date")),
    "indexed_at": Said("Indexado em", "Indexed"),
    "model": Said("Modelo da busca por sentido", "Model that finds by meaning"),
    "generation": Said("Geração", "Generation"),
    "renewed": Said("O índice foi renovado em {moment}: {held}.", "The index was renewed on {moment}: {held}."),
    "connection_lost": Said("Sem conexão com o programa. Tentando de novo…", "No connection to the program. Trying again…"),
    "stale": Said("O programa foi renovado enquanto a página estava aberta.", "The program was renewed while the page was open."),
    "reload": Said("Recarregar a página", "Reload the page"),
    "sign_out": Said("Sair", "Sign out"),
    "preparing": Said("Abrindo o arquivo…", "Opening the archive…"),
    "missing_title": Said("Ainda não há índice", "There is no index yet"),
    "missing_more": Said(
        "Execute este comando na pasta do projeto. A página percebe sozinha quando o índice fica pronto.",
        "Run this command in the project folder. The page notices by itself when the index is ready.",
    ),
    "broken_title": Said("O índice não pode ser aberto", "The index cannot be opened"),
    "broken_more": Said(
        "A página tenta de novo sozinha. O que o programa informa:",
        "The page tries again by itself. What the program reports:",
    ),
    "no_index_placeholder": Said("Sem índice, ainda não há o que perguntar", "Nothing to ask yet: there is no index"),
    # conversations
    "talks": Said("Conversas", "Conversations"),
    "no_talks": Said("Ainda não há conversas.", "There are no conversations yet."),
    "questions_n": Said(("{n} pergunta", "{n} perguntas"), ("{n} question", "{n} questions")),
    "delete": Said("Excluir", "Delete"),
    "delete_talk": Said("Excluir a conversa “{title}”", "Delete the conversation “{title}”"),
    "delete_sure": Said("Excluir mesmo?", "Really delete?"),
    "delete_all": Said("Excluir todas as conversas", "Delete all conversations"),
    "delete_all_sure": Said("Excluir todas mesmo?", "Really delete all?"),
    "keep": Said("Guardar as conversas neste navegador", "Keep conversations in this browser"),
    "keep_more": Said(
        "Sem isso, elas somem quando a página é fechada. Guardadas, ficam só neste navegador; quem o usa pode lê-las.",
        "Without this, they are gone when the page is closed. Kept, they stay in this browser only; whoever uses it can read them.",
    ),
    "kept_now": Said("As conversas passam a ser guardadas.", "Conversations are kept from now on."),
    "kept_no_more": Said("Nada mais é guardado; o que estava guardado foi excluído.", "Nothing is kept any more; what was kept is deleted."),
    "keep_failed": Said("Este navegador não permite guardar.", "This browser does not allow keeping."),
    "keep_full": Said(
        "A conversa não pôde ser guardada: o navegador não tem espaço.", "The conversation could not be kept: the browser has no room."
    ),
    # asking
    "conversation": Said("Conversa", "Conversation"),
    "new_conversation": Said("Nova conversa", "New conversation"),
    "language_of_page": Said("Idioma da página", "Language of the page"),
    "question_label": Said("Sua pergunta", "Your question"),
    "placeholder": Said("Pergunte ao arquivo…", "Ask the archive…"),
    "ask": Said("Perguntar", "Ask"),
    "stop": Said("Parar", "Stop"),
    "empty": Said("Escreva uma pergunta.", "Write a question."),
    "too_long": Said("A pergunta passa de {n} caracteres. Encurte-a, por favor.", "The question is over {n} characters. Please shorten it."),
    # filters
    "filters": Said("Filtros", "Filters"),
    "filters_on": Said(("{n} filtro ativo", "{n} filtros ativos"), ("{n} filter on", "{n} filters on")),
    "from": Said("Publicado de", "Published from"),
    "to": Said("até", "to"),
    "outlets": Said("Veículos", "Outlets"),
    "languages": Said("Idiomas dos artigos", "Languages of the articles"),
    "sections": Said("Seções", "Sections"),
    "presets": Said("Períodos prontos", "Ready periods"),
    "last_days": Said("Últimos {n} dias do arquivo", "Last {n} days of the archive"),
    "find_in": Said("Procurar em: {title}", "Find in: {title}"),
    "since": Said("desde {date}", "since {date}"),
    "until": Said("até {date}", "until {date}"),
    "remove_filter": Said("Remover o filtro {what}", "Remove the filter {what}"),
    "clear_filters": Said("Limpar filtros", "Clear filters"),
    "done": Said("Pronto", "Done"),
    "date_order": Said("A data inicial vem depois da final.", "The first date comes after the last."),
    # answering
    "waiting": Said("Na fila…", "Waiting in line…"),
    "ahead": Said(
        ("Na fila: {n} pergunta antes da sua", "Na fila: {n} perguntas antes da sua"),
        ("In line: {n} question before yours", "In line: {n} questions before yours"),
    ),
    "ahead_none": Said("Na fila: a sua é a próxima", "In line: yours is next"),
    "loading": Said("Preparando o modelo: só na primeira pergunta…", "Getting the model ready: for the first question only…"),
    "searching": Said("Buscando no arquivo…", "Searching the archive…"),
    "checking": Said("Conferindo a próxima frase…", "Checking the next sentence…"),
    "searched_as": Said("Entendida como: {text}", "Understood as: {text}"),
    "edit": Said("Mudar a pergunta", "Edit the question"),
    "edit_searched": Said("Mudar como foi entendida", "Change how it was understood"),
    "edit_label": Said("A pergunta, para mudar", "The question, to edit"),
    "ask_again": Said("Perguntar de novo", "Ask again"),
    "cancel": Said("Cancelar", "Cancel"),
    "filtered_by": Said("Filtros desta pergunta", "Filters of this question"),
    # dates
    "dates_near": Said("Primeiro os artigos próximos de {date}", "Articles near {date} first"),
    "dates_asked": Said("Pergunta sobre {days}", "Asked about {days}"),
    "dates_now": Said("Pergunta sobre {days}: primeiro os artigos próximos de {date}", "Asked about {days}: articles near {date} first"),
    "dates_off": Said("Todas as datas valem igual: pergunta sobre história", "All dates alike: a question about history"),
    "dates_aside": Said(
        "Datas da pergunta deixadas de lado: primeiro os artigos próximos de {date}", "Dates of the question set aside: articles near {date} first"
    ),
    "dates_since": Said("o período desde {date}", "the time since {date}"),
    "dates_until": Said("o período até {date}", "the time up to {date}"),
    "dates_away": Said("{what} – tirar as datas", "{what} – take the dates away"),
    # the answer
    "timeline_note": Said("Uma linha por acontecimento, pela data da notícia", "A row for each event, by the date of the report"),
    "earlier_index": Said("Respondida por um índice anterior ao de agora.", "Answered by an earlier index than the present one."),
    "verbatim_all": Said("Palavra por palavra dos artigos", "Word for word from the articles"),
    "verbatim_some": Said("Redigida a partir das citações e conferida com elas", "Written from the citations and checked against them"),
    "origins": Said("Apoia-se em {n} origens independentes", "Rests on {n} independent origins"),
    "origins_of": Said("Apoia-se em {n} origens independentes ({articles})", "Rests on {n} independent origins ({articles})"),
    "origin_one": Said("Tudo vem de uma só origem", "All of it comes from one origin"),
    "origin_of": Said("Tudo vem de uma só origem ({articles})", "All of it comes from one origin ({articles})"),
    "origin_outlet": Said("Tudo vem de uma só origem: {outlet}", "All of it comes from one origin: {outlet}"),
    "one_outlet": Said("Todas as citações vêm de um só veículo: {outlet}", "All citations come from one outlet: {outlet}"),
    "also_in": Said("também em", "also in"),
    "before": Said("a frase anterior", "the sentence before"),
    "seconds": Said("{n} s", "{n} s"),
    "claims_n": Said(("{n} frase", "{n} frases"), ("{n} sentence", "{n} sentences")),
    "citations_n": Said(("{n} citação", "{n} citações"), ("{n} citation", "{n} citations")),
    "answer_ready": Said("Resposta pronta: {claims}, {citations}.", "Answer ready: {claims}, {citations}."),
    "copy": Said("Copiar com fontes", "Copy with sources"),
    "copied": Said("Copiado", "Copied"),
    "copy_failed": Said("O navegador não deixou copiar", "The browser did not allow copying"),
    "export": Said("Exportar", "Export"),
    "export_talk": Said("Exportar esta conversa", "Export this conversation"),
    "export_md": Said("Markdown", "Markdown"),
    "export_html": Said("HTML para imprimir", "HTML for print"),
    "export_json": Said("JSON que pode ser verificado", "JSON that can be verified"),
    "export_csl": Said("Referências em CSL-JSON", "References as CSL-JSON"),
    "export_bib": Said("Referências em BibTeX", "References as BibTeX"),
    "exporting": Said("Preparando o arquivo…", "Preparing the file…"),
    "exported": Said("O arquivo foi baixado.", "The file was downloaded."),
    "copy_link": Said("Copiar o link desta pergunta", "Copy the link to this question"),
    "verdict_ask": Said("Esta resposta está certa?", "Is this answer right?"),
    "verdict_thanks": Said("Anotado no índice. Toque de novo para desfazer.", "Noted in the index. Press again to undo."),
    "verdict_right": Said("Certa", "Right"),
    "verdict_wrong": Said("Errada", "Wrong"),
    "verdict_evidence": Said("As citações não a sustentam", "The citations do not bear it out"),
    "note_label": Said("Observação (fica com a pergunta no índice)", "Note (kept with the question in the index)"),
    "note_send": Said("Guardar observação", "Keep note"),
    "note_kept": Said("Observação guardada.", "Note kept."),
    "over_time": Said("Cobertura ao longo do tempo", "Coverage over time"),
    "ask_next": Said("Perguntar em seguida", "Ask next"),
    "see_sources": Said("Ver fontes ({n})", "See sources ({n})"),
    "stopped": Said("Você interrompeu a resposta.", "You stopped the answer."),
    "stopped_kept": Said("As frases acima já foram conferidas.", "The sentences above are already checked."),
    # refusals
    "refused": Said("O arquivo não responde a esta pergunta", "The archive does not answer this question"),
    "nearest": Said("O que há de mais próximo", "The nearest coverage"),
    "outside": Said(
        ("{n} artigo fora dos filtros pode responder.", "{n} artigos fora dos filtros podem responder."),
        ("{n} article outside the filters may answer.", "{n} articles outside the filters may answer."),
    ),
    "without_filters": Said("Buscar sem os filtros", "Search without the filters"),
    # errors
    "failed": Said("Não foi possível responder", "The question could not be answered"),
    "error_question": Said("A pergunta não pôde ser lida. Escreva-a de outra forma.", "The question could not be read. Please put it another way."),
    "error_filter": Said(
        "Um dos filtros não vale para este arquivo. Limpe-os e tente de novo.", "A filter does not fit this archive. Clear the filters and try again."
    ),
    "error_index": Said("O índice não pode ser usado agora.", "The index cannot be used now."),
    "error_internal": Said(
        "Algo falhou no programa. O registro no terminal diz o quê.",
        "Something failed in the program. The log in the terminal says what.",
    ),
    "error_connection": Said("O programa não está respondendo. Ele ainda está aberto?", "The program is not responding. Is it still running?"),
    "error_busy": Said("Há perguntas demais na fila. Espere um pouco.", "Too many questions are waiting. Please wait a moment."),
    "error_article": Said("Não há artigo com este nome.", "There is no article of this name."),
    "error_gone": Said(
        "O índice mudou desde esta resposta, e ela não está mais aqui. Pergunte de novo.",
        "The index has changed since this answer, and it is no longer here. Ask again.",
    ),
    "error_feedback": Said("A avaliação não pôde ser guardada.", "Your word on the answer could not be kept."),
    "error_note": Said("A observação é longa demais.", "The note is too long."),
    "retry": Said("Tentar de novo", "Try again"),
    # passages
    "sources": Said("Fontes", "Sources"),
    "cited": Said("Trechos citados", "Cited passages"),
    "sources_empty": Said("Os trechos citados aparecem aqui.", "Cited passages appear here."),
    "nothing_near": Said("Nada próximo foi encontrado.", "Nothing near was found."),
    "not_cited": Said(
        ("{n} outro trecho, não citado", "{n} outros trechos, não citados"), ("{n} other passage, not cited", "{n} other passages, not cited")
    ),
    "place": Said("{i} de {n}", "{i} of {n}"),
    "previous": Said("Citação anterior", "Previous citation"),
    "next": Said("Próxima citação", "Next citation"),
    "citation": Said("Citação {n}: {source}", "Citation {n}: {source}"),
    "citation_before": Said("Citação {n}, a frase anterior: {source}", "Citation {n}, the sentence before: {source}"),
    "why": Said("Por que este trecho", "Why this passage"),
    "why_lexical": Said("palavras da pergunta", "words of the question"),
    "why_dense": Said("sentido parecido", "similar meaning"),
    "why_date": Said("data próxima", "close in date"),
    "why_kind": Said("tem o tipo de resposta pedido", "holds the kind of answer asked for"),
    "why_words": Said("Palavras encontradas:", "Words found:"),
    "why_lexical_place": Said("{n}º na busca por palavras", "no. {n} by words"),
    "why_lexical_none": Said("fora da busca por palavras", "not found by words"),
    "why_dense_place": Said("{n}º na busca por sentido", "no. {n} by meaning"),
    "why_dense_none": Said("fora da busca por sentido", "not found by meaning"),
    "why_note": Said("A barra inteira é a pontuação do melhor trecho.", "A full bar is the score of the best passage."),
    "copies": Said(
        ("{n} outro trecho diz o mesmo.", "{n} outros trechos dizem o mesmo."),
        ("{n} other passage says the same.", "{n} other passages say the same."),
    ),
    "stands_too": Said("Também em", "Also in"),
    "likely_origin": Said("origem provável", "likely origin"),
    "likely_origin_here": Said("este é a origem provável", "this one is the likely origin"),
    "open_original": Said("Abrir original", "Open original"),
    "new_tab": Said("{host} (abre em outra aba)", "{host} (opens in another tab)"),
    "full_article": Said("Artigo completo", "Full article"),
    "back": Said("Voltar à resposta", "Back to the answer"),
    "close": Said("Fechar", "Close"),
    "correction": Said("Correção", "Correction"),
    "corrected": Said("correção", "correction"),
    "corrected_at": Said("Há uma correção: ver a fonte da citação {n}", "There is a correction: see the source of citation {n}"),
    "doubt_encoding": Said(
        "{field}: o arquivo não diz sua codificação; foi lido como Windows-1252.",
        "{field}: the file states no encoding; it was read as Windows-1252.",
    ),
    "doubt_garbled": Said(
        "{field}: letras trocadas já no arquivo, como em “{given}”.", "{field}: letters garbled in the file itself, as in “{given}”."
    ),
    "doubt_ambiguous": Said("{field}: “{given}” pode ser dois dias, e fica sem data.", "{field}: “{given}” could be two days, so none is taken."),
    "doubt_unsure": Said(
        "{field}: “{given}” não diz um dia com certeza, e fica sem data.", "{field}: “{given}” names no day for certain, so none is taken."
    ),
    "doubt_ahead": Said(
        "{field}: “{given}” passa em mais de dois dias da leitura do arquivo.", "{field}: “{given}” lies more than two days after the file was read."
    ),
    "doubt_mixed": Said(
        "{field}: {given} mistura letras latinas com outras que só se parecem com elas.",
        "{field}: {given} mixes Latin letters with others that only look so.",
    ),
    "field_text": Said("Texto", "Text"),
    "field_title": Said("Título", "Headline"),
    "field_outlet": Said("Veículo", "Outlet"),
    "field_authors": Said("Autoria", "Byline"),
    "field_url": Said("Endereço", "Address"),
    "field_published": Said("Data de publicação", "Date of publication"),
    "field_modified": Said("Data de atualização", "Date of change"),
    "subscribers": Said("para assinantes", "subscribers only"),
    "updated": Said("atualizado em {date}", "updated {date}"),
    "no_title": Said("Sem título", "Untitled"),
    "no_outlet": Said("Veículo desconhecido", "Unknown outlet"),
    "no_date": Said("sem data", "no date"),
    "article_gone": Said("Este artigo não está mais no índice.", "This article is no longer in the index."),
    # what became of it since
    "newer_broken": Said(
        "Há um índice mais novo que não pode ser aberto; o anterior continua respondendo.",
        "There is a newer index that cannot be opened; the one before goes on answering.",
    ),
    "changed_since": Said("Este texto mudou desde então.", "This text has changed since."),
    "words_stand": Said("As palavras citadas continuam nele.", "The words cited still stand in it."),
    "words_gone": Said("As palavras citadas não estão mais nele.", "The words cited no longer stand in it."),
    "words_some": Said("Das palavras citadas, as de {list} não estão mais nele.", "Of the words cited, those of {list} no longer stand in it."),
    "reworded": Said("mudou desde então", "changed since"),
    "reworded_at": Said(
        "As palavras da citação {n} não estão mais no texto atual: ver o que mudou",
        "The words of citation {n} no longer stand in the current text: see what changed",
    ),
    "reworded_note": Said("Estas palavras não estão mais no texto atual.", "These words no longer stand in the current text."),
    "what_changed": Said("O que mudou", "What changed"),
    "step_removed": Said("Saiu", "Removed"),
    "step_added": Said("Entrou", "Added"),
    "steps_more": Said(("… e mais {n} frase", "… e mais {n} frases"), ("… and {n} more sentence", "… and {n} more sentences")),
    "versions_n": Said(("{n} versão", "Histórico: {n} versões"), ("{n} version", "History: {n} versions")),
    "version_n": Said("Versão {n}", "Version {n}"),
    "version_here": Said("a que está aberta", "the one that is open"),
    "version_open": Said("abrir", "open"),
    "seen_at": Said("lida em {moment}", "read {moment}"),
    "earlier_here": Said("Esta é uma versão anterior.", "This is an earlier version."),
    "newest_version": Said("Abrir a versão atual", "Open the current version"),
    "newest_here": Said("Esta é a versão atual.", "This is the current version."),
    "cited_version": Said("Voltar à versão citada", "Back to the version cited"),
    "silent_withheld": Said(
        "O veículo suspendeu este artigo; o texto não é mostrado.", "The outlet has withheld this article; its text is not shown."
    ),
    "silent_canceled": Said(
        "O veículo retirou este artigo; o texto não é mostrado.", "The outlet has withdrawn this article; its text is not shown."
    ),
    "silent_embargoed": Said("Este artigo está sob embargo; o texto não é mostrado.", "This article is under embargo; its text is not shown."),
    "silent_expired": Said(
        "O prazo de uso deste artigo terminou; o texto não é mostrado.", "The time in which this article may be used is over; its text is not shown."
    ),
    "silent_deleted": Said(
        "Este artigo saiu do arquivo; o texto é o que foi citado.", "This article has left the archive; the text is the one that was cited."
    ),
}


def table() -> dict[str, dict[str, Text]]:
    """The words as the page wants them: language, then key."""
    return {"pt": {key: said.pt for key, said in WORDS.items()}, "en": {key: said.en for key, said in WORDS.items()}}
