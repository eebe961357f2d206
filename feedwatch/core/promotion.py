"""Known forms of what stands around news: sign-ups, consent notices, cross-promotion, sharing and comment links.

Patterns are anchored at the beginning of a line and bounded in length, since a report may well speak of newsletters,
cookies or subscribers: what is meant here speaks *to the reader*. They are matched against lower-case text without
the ornaments before it. Several have a language each; a line of none of them stays.
"""

from __future__ import annotations

import re

LONGEST_FORM = 320
"""Characters; a longer line is an article's."""

_ORNAMENT = re.compile(r"[^\w\[(©&]+")

_DONE = r"[\s.…!>»›→➡️:|)\]]*"
_SITES = r"(?:twitter|facebook|instagram|telegram|youtube|tiktok|linkedin|whatsapp|threads|bluesky|mastodon|google|vk|x\b|viber|signal)"
_ON = r"(?:on|at|via|auf|bei|sur|en|su|no|на|в|у|во)"

_WHOLE = "|".join(
    (
        # to the article
        r"(?:read|see|learn|find out|view|show|watch|get|know) (?:more|all|on)(?: (?:here|»|about|on|at|from|in|of)\b.{0,160})?",
        r"(?:continue|keep) reading\b.{0,200}|read on|(?:full|whole|more) (?:story|article|details|info|coverage)|more|link|via|\[?link\]?",
        r"(?:read|view|see|get|visit) (?:the|this|our|an?) (?:full|rest|whole|entire|original|complete|source)\b.{0,120}",
        r"read (?:full|original|rest of|entire|complete)\b.{0,80}|click (?:here|to (?:read|view|watch|see|continue))\b.{0,160}",
        r"(?:weiterlesen|mehr lesen|mehr erfahren|weiter lesen|jetzt lesen|zum artikel|zum vollständigen artikel|den ganzen artikel lesen)(?: (?:auf|bei|…)\b.{0,80})?",
        r"(?:lire la suite|en savoir plus|lire (?:plus|l['’]article)|voir plus|suite|lire la suite de)\b.{0,120}",
        r"(?:leer|ver|seguir leyendo|sigue leyendo|continuar leyendo|leer más|leer mas|saber más|ver más|más información)(?: (?:aquí|en|de)\b.{0,80})?",
        r"(?:leggi tutto|continua a leggere|continua|leggi di più|scopri di più|leggi l['’]articolo(?: completo)?|per saperne di più)(?: .{0,80})?",
        r"(?:leia mais|ler mais|continue lendo|continue a ler|saiba mais|ver mais|leia a (?:íntegra|matéria completa))(?: .{0,80})?",
        r"(?:читать (?:далее|дальше|полностью|статью|ещё|еще)|подробнее|далее|узнать больше)(?: .{0,80})?",
        r"(?:читати (?:далі|більше|повністю)|детальніше|докладніше|далі|дізнатися більше)(?: .{0,80})?",
        # sharing, comments, page furniture
        r"(?:(?:view|read|see|leave|post|add|show|join|write) )?(?:an? |all |the |your )?(?:\d+ )?(?:comments?|reply|replies|conversation)(?: (?:here|below|\(\d+\)|\d+))?",
        rf"(?:share|tweet|pin|print|e-?mail|like|save)(?: (?:this|it|the))?(?: (?:article|story|post|page))?(?: {_ON} {_SITES}.{{0,80}})?",
        r"(?:teilen|drucken|kommentare|kommentieren|partager|imprimer|commentaires|compartir|comentarios|condividi|commenti|compartilhar|comentários|поделиться|комментарии|поділитися|коментарі)(?: .{0,30})?",
        r"(?:advertisements?|advertising|advert|ad|sponsored(?: content)?|promoted|paid (?:content|post)|anzeige|werbung|publicité|publicidad|pubblicità|publicidade|anuncio|реклама|на правах реклами?)",
        r"(?:story|article) continues (?:below|after)\b.{0,60}|(?:scroll|swipe) (?:down )?(?:to|for) .{0,40}|skip (?:past|advert|to)\b.{0,60}|back to top|loading\b.{0,30}",
        r"nach der werbung weiterlesen.{0,30}|la suite après (?:la|cette) publicité|continua (?:a leggere )?dopo la pubblicità|continua após a publicidade",
        r"\[link\] \[comments\]|submitted by /?u/.{0,120}|article url: .{0,200}|comments url: .{0,200}|(?:points|# comments): \d+",
        r"(?:filed under|posted in)\b.{0,160}|(?:©|\(c\)|copyright\b).{0,250}|.{0,120}\ball rights reserved.{0,80}|alle rechte vorbehalten.{0,80}|tous droits réservés.{0,80}",
        # what a browser can't show
        r"(?:please )?(?:enable|turn on|activate) (?:javascript|cookies)\b.{0,160}|your browser (?:does not|doesn['’]t|is not)\b.{0,160}|(?:an|this) (?:embed|video|content|player) (?:is not|can(?:no|['’])t|requires)\b.{0,160}",
    )
)
_RELATED = "|".join(
    (
        r"related(?: (?:articles?|stor(?:y|ies)|posts?|content|links?|coverage|news|topics?|videos?|reading|items?))?",
        r"(?:also read|read also|see also|read next|up next|more on this(?: story| topic)?|more (?:stories|news|reading|coverage)|further reading|recommended(?: for you| stories| reading)?)",
        r"(?:you (?:may|might)(?: also)? (?:like|be interested in|want to read)|don['’]t miss|editor['’]?s['’]? picks?|most (?:read|popular|viewed)|trending(?: now)?|what to read next|in case you missed it|icymi)",
        r"(?:mehr zum thema|mehr dazu|lesen sie (?:auch|mehr|hier|dazu)(?: zum thema)?|lies auch|siehe auch|auch interessant|das könnte sie (?:auch )?interessieren|passend zum thema|verwandte (?:artikel|themen)|weitere (?:artikel|nachrichten|meldungen|themen))",
        r"(?:[àa] lire (?:aussi|[ée]galement)|lire (?:aussi|[ée]galement)|voir (?:aussi|[ée]galement)|sur le m[êe]me (?:sujet|th[èe]me)|articles? (?:li[ée]s?|similaires?)|pour aller plus loin|[àa] voir (?:aussi|[ée]galement)|[àa] d[ée]couvrir aussi)",
        r"(?:lee? (?:también|tambien|más|además)|lea (?:también|tambien|más|además)|te puede interesar|le puede interesar|ver también|mira también|artículos relacionados|noticias relacionadas|más sobre este tema|no te pierdas)",
        r"(?:leggi anche|vedi anche|leggi (?:pure|di più)|potrebbe interessarti(?: anche)?|articoli correlati|da non perdere|ti potrebbe interessare(?: anche)?|guarda anche)",
        r"(?:leia (?:também|tambem|ainda)|veja (?:também|tambem|mais)|saiba mais|confira também|notícias relacionadas|artigos relacionados|ler também|matérias relacionadas)",
        r"(?:читайте (?:также|ещё|еще|далее)|чита[йи]те? (?:по теме|также)|по теме|материалы по теме|см\. также|смотрите также|ещё по теме|еще по теме|похожие (?:статьи|новости|материалы)|другие новости)",
        r"(?:читайте (?:також|ще|далі)|читай також|за темою|(?:матеріали|новини|статті) (?:за|по) темі|(?:матеріали|новини|статті) за темою|дивіться також|більше (?:за темою|новин|по темі)|схожі (?:статті|новини)|по темі)",
    )
)
_ADDRESSED = "|".join(
    (
        # newsletters and channels
        r"(?:please |don['’]t forget to |be sure to |click here to |make sure (?:to|you) |you can |hit )?subscribe(?: (?:now|today|here|free|for free))?\b(?: (?:to|for|on|and|via|using)\b.*|[\s.!:,—–-].*)?",
        r"(?:please |click here to |you can )?sign[ -]?up\b.*\b(?:newsletters?|e-?mails?|briefings?|alerts?|inbox|updates?|digest|podcast|app|here|free|account|membership|subscription|patreon|daily|weekly)\b.*",
        r"(?:get|receive|join|try|download|enjoy|start|want|stay|never miss|be the first|enter|register|log in|sign in)\b.*\b(?:newsletters?|(?:in|to) your inbox|inbox|(?:our|the|free) (?:news )?apps?|briefings?|free trial|news alerts|breaking news alerts|e-?mail (?:address|alerts?|updates?)|subscriber[- ]only|app store|google play|our (?:whats ?app|telegram|youtube)? ?channel)\b.*",
        rf"(?:you can )?(?:follow|like|find|join|connect with|contact|add|watch|check)\b.{{1,60}} {_ON} (?:our )?{_SITES}.*",
        r"(?:follow|like|join|support|tag) us\b.*|(?:(?:got|have|do you have) (?:an? )?(?:story|tip|news tip|question|opinion|photo|video|feedback)s?\b.*\?.*)",
        r"(?:this (?:article|story|post|piece|report) (?:was|is|has been)?\s?(?:originally|first) (?:published|appeared|posted)\b.*)",
        r"(?:support (?:our|us|independent|quality)\b.*(?:journalism|donat|patreon|subscri|contribut|member).*)|(?:already a subscriber|not a subscriber|to continue reading|this (?:content|article|story) is (?:only )?(?:for|available|reserved|exclusive))\b.*",
        r"(?:jetzt |hier |kostenlos )*(?:abonnieren sie|abonniere|newsletter (?:abonnieren|bestellen)|folgen sie (?:uns|der|dem)|folge? uns|melden sie sich\b.*(?:newsletter|an\b)|registrieren sie sich)\b.*|.{0,60}\bnewsletter (?:abonnieren|bestellen|anmelden)\b.*|(?:zum newsletter|mit dem newsletter)\b.*",
        r"(?:abonnez[- ]vous|inscrivez[- ]vous|suivez[- ](?:nous|toute|l['’]actu)|recevez\b.*(?:newsletter|e-?mail|bo[îi]te)|t[ée]l[ée]chargez\b.*(?:appli|application)|d[ée]j[àa] abonn[ée]|article r[ée]serv[ée] (?:aux|à nos) abonn[ée]s|rejoignez[- ]nous)\b.*",
        r"(?:suscr[íi]be(?:te|tete)|suscr[íi]base|s[íi]guenos|sigue a\b.*(?:twitter|facebook|instagram|whatsapp|telegram)|s[íi]ga(?:nos)?\b.*(?:redes|twitter|facebook)|reg[íi]strate|recibe\b.*(?:newsletter|correo|bolet[íi]n)|ap[úu]ntate\b.*(?:newsletter|bolet[íi]n)|[úu]nete a nuestro|descarga (?:nuestra|la) app|contenido exclusivo para suscriptores)\b.*",
        r"(?:iscriviti|iscrivetevi|abbonati|seguici|seguiteci|segui (?:.{1,40} )?su|ricevi\b.*newsletter|scarica (?:la nostra|l['’])\s?app|contenuto riservato agli abbonati|resta aggiornato)\b.*",
        r"(?:assine|inscreva-se|inscreva se|cadastre-se|siga(?:-nos| o| a| nossos?| nosso canal)?\b.*(?:instagram|facebook|twitter|whatsapp|telegram|redes|nos\b)|siga-nos|subscreva|receba\b.*(?:newsletter|e-?mail|whatsapp)|baixe (?:o|nosso) app(?:licativo)?|conteúdo exclusivo para assinantes|participe do (?:canal|grupo))\b.*",
        r"(?:подпис(?:ывайтесь|ывайся|аться|ыватьcя|ывайте|шитесь|ка) на|подпишитесь|подпишись|следите за|читайте нас|присоединяйтесь к|мы в (?:соц|telegram|телеграм|дзен|вк)|наш (?:telegram|телеграм|канал)|оформите подписку|больше новостей (?:в|на) )\b.*",
        r"(?:підпис(?:уйтесь|уйся|атися|уйтеся) на|підпишіться|підпишись|підписуйтеся|стежте за|слідкуйте за|читайте нас|приєднуйтесь до|приєднуйтеся до|ми (?:в|у) (?:соц|telegram|телеграм)|наш (?:telegram|телеграм|канал)|більше новин (?:в|у|на) )\b.*",
        # consent
        r"(?:this|our) (?:web)?site uses cookies\b.*|we (?:use|and our (?:\d+ )?partners (?:use|store|process)|value your privacy)\b.*(?:cookies|privacy|consent|personal data)\b.*|by (?:clicking|continuing|using|signing|browsing|submitting|subscribing|registering|entering)\b.*\b(?:you|agree|accept|consent|terms|privacy)\b.*",
        r"(?:to (?:view|see|display|show) this (?:content|video|embed)|this content (?:is (?:hosted|provided)|may))\b.*\b(?:cookies?|consent|accept|third|settings|enable)\b.*|(?:accept|manage|reject) (?:all )?cookies\b.*",
        r"(?:wir (?:verwenden|nutzen|setzen)|diese (?:web)?seite (?:verwendet|nutzt|benutzt)|diese website (?:verwendet|nutzt|benutzt))\b.*cookies\b.*|(?:zur anzeige|um diesen inhalt|an dieser stelle|hier finden sie)\b.*(?:zustimmung|einwilligung|cookies|extern(?:er|en|e) inhalt|personenbezogene)\b.*|mit (?:der nutzung|ihrer anmeldung|klick)\b.*(?:zustimm|einverstanden|stimmen sie).*",
        r"(?:nous (?:utilisons|et nos partenaires)|ce site utilise|notre site utilise|en (?:poursuivant|cliquant|continuant))\b.*(?:cookies|consent|acceptez|conditions|confidentialit).*|pour (?:afficher|voir|visionner) ce contenu\b.*",
        r"(?:utilizamos|usamos|este sitio(?: web)? (?:usa|utiliza)|nuestro sitio (?:usa|utiliza)|al (?:continuar|hacer clic|navegar))\b.*(?:cookies|acepta|consent|t[ée]rminos|privacidad).*",
        r"(?:questo sito (?:web )?(?:utilizza|usa)|utilizziamo|usiamo|cliccando|proseguendo)\b.*(?:cookies?|consenso|acconsent|accett|privacy).*",
        r"(?:este (?:site|website) (?:usa|utiliza)|n[óo]s (?:usamos|utilizamos)|ao (?:continuar|clicar|navegar))\b.*(?:cookies|concorda|aceita|consent|termos|privacidade).*",
        r"(?:мы используем|(?:этот |наш )?сайт использует|продолжая (?:пользоваться|использовать|просмотр)|нажимая)\b.*(?:cookie|куки|соглас|персональн).*",
        r"(?:ми використовуємо|(?:цей |наш )?сайт використовує|продовжуючи (?:користуватися|використовувати|перегляд)|натискаючи)\b.*(?:cookie|кукі|погодж|згод|персональн).*",
    )
)
_SYNDICATED = (
    r"(?:the (?:post|article|story)\b.{1,300}\b(?:appeared first|first appeared|was first published|originally appeared) (?:on|in|at)\b.{1,100}"
    r"|der beitrag\b.{1,300}\b(?:erschien|ist) zuerst (?:auf|erschienen auf|bei)\b.{1,100}"
    r"|(?:l['’]article|cet article)\b.{1,300}\best apparu en premier sur\b.{1,100}"
    r"|(?:la entrada|el art[íi]culo|el cargo|la noticia)\b.{1,300}\b(?:se public[óo] primero|aparece primero|apareci[óo] primero) en\b.{1,100}"
    r"|(?:l['’]articolo|il post)\b.{1,300}\b(?:proviene da|sembra essere il primo su|è apparso per la prima volta su)\b.{1,100}"
    r"|(?:o post|o artigo|o conteúdo|a publicação)\b.{1,300}\b(?:apareceu primeiro|aparece primeiro|foi publicado primeiro) (?:em|no|na)\b.{1,100}"
    r"|(?:запись|сообщение|статья)\b.{1,300}\b(?:впервые появил(?:ась|ось)|появил(?:ись|ась|ось) сначала|сначала появилась)\b.{1,100}"
    r"|(?:запис|допис|стаття)\b.{1,300}\b(?:спершу з['’]явил|вперше з['’]явил|з['’]явил(?:ась|ася|ося|ось|вся) (?:спочатку|вперше))\w*\b.{1,100})"
)
_SOURCE = (
    r"(?:source|via|quelle|fuente|fonte|источник|джерело)\s*[:：]\s*"
    r"(?:read (?:the )?(?:full|original|whole|entire) (?:article|story|post|report)|full (?:article|story)|original article|link|click here|here)"
)
_FURNITURE = (
    r"(?:permalink|(?:no|\d+) comments?|comments?|add to \S+|share|tweet|e-?mail(?: this)?|print|save|digg this|reply|trackbacks?"
    r"|facebook|twitter|reddit|linkedin|pinterest|whatsapp|telegram|instagram|youtube|rss|like us .{1,20}|follow us .{1,20}|contact the author|post tags: .*)"
)
_FORM = re.compile(rf"(?:(?:{_WHOLE}|{_RELATED}|{_SYNDICATED}|{_SOURCE}){_DONE}|{_ADDRESSED})", re.DOTALL)
_FURNITURE_ROW = re.compile(rf"(?:.{{0,60}} \| )?{_FURNITURE}(?:[\s|/•·,&-]+{_FURNITURE})+{_DONE}")
_RELATED_HEAD = re.compile(rf"(?:{_RELATED}){_DONE}")
_LABEL = re.compile(
    rf"[\[(]?\s*(?:{_RELATED}|read|read more|more|must[ -]read|watch also|also watch|exclusive offer|mehr|lesetipp|aussi)\s*(?:[:：|»›→]|[–—-]\s)\s*(?P<rest>.+)",
    re.DOTALL,
)
_LEAD_IN = re.compile(rf"(?:{_RELATED}|read more|watch|video|photos?|more)\b", re.DOTALL)

_TAGS = (
    r"(?:videos?|watch|photos?|pics?|pictures?|gallery|galleries|slideshow|poll|quiz|ads?|advert|advertisement|sponsored|promoted|partner(?: content)?|podcast|audio"
    r"|listen|shop|deals?|related|read|read more|infographic|vote|survey|webinar|event|offer|promo|paid(?: post)?|anzeige|werbung|bilder|umfrage|publicité|sondage|vidéo|en images"
    r"|publicidad|encuesta|vídeo|fotos?|galería|pubblicità|sondaggio|foto|galleria|publicidade|enquete|видео|фото|опрос|реклама|тест|відео|опитування)"
)
_TAGGED = re.compile(rf"\[\s*{_TAGS}\s*\]\s*\S", re.IGNORECASE)
_TAGGED_TAIL = re.compile(rf"(?:(?<=[.!?…»”\"'’)])\s+|\n|\s*\|\s*)(?=\[\s*{_TAGS}\s*\]\s*\S)", re.IGNORECASE)


def bare(text: str) -> str:
    """Lower case, without the bullets, arrows and emoji before the first word."""
    lowered = text.lower()
    ornament = _ORNAMENT.match(lowered)
    return lowered[ornament.end() :] if ornament else lowered


def is_known(line: str) -> bool:
    """Whether a whole line, as ``bare`` gives it, is a form that never holds news."""
    if len(line) > LONGEST_FORM:
        return False
    return bool(_FORM.fullmatch(line) or _FURNITURE_ROW.fullmatch(line))
