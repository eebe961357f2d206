r"""What publishers say around their news, by language: nothing but patterns, read by ``core/promotion.py``.

They are matched, anchored at their beginning, against a line in lower case. To add a form, add a pattern to its
language and kind; to add a language, add a ``Phrases``. Keep them narrow: an imperative to the reader together with
what it is about ("subscribe … newsletter") rather than a word, since a report may speak of newsletters and cookies too.
One pattern to a line; a line that is indented further belongs to the one before. ``SITES`` stands for the name of a
social network, ``…`` for up to 40 characters of a name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """The forms of one language."""

    onward: str
    """Leads to the whole article; the line holds nothing else."""
    furniture: str
    """Sharing, comments, advertisement marks, rights; the line holds nothing else."""
    related: str
    """Announces other articles: a line of its own, or a label before a headline."""
    addressed: str
    """Begins a line that asks the reader to sign up, follow, install or pay."""
    consent: str
    """Begins a line about cookies, consent or what a browser can't show."""
    syndicated: str
    """Says where the article stood first; between two of the parts stands its title."""


ENGLISH = Phrases(
    onward=r"""
        (?:read|see|learn|find out|view|watch|discover) more(?: (?:here|about|on|at|from|in|of)\b.{0,160})?
        (?:see|view|show) all\b.{0,40}
        (?:continue|keep) reading\b.{0,200}
        read on|more|link|via|\[link\]
        (?:full|whole|more) (?:story|article|details|info|coverage)
        (?:read|view|see|watch|visit) (?:the|this|our) (?:rest\b|(?:full|whole|entire|original|complete) (?:article
            |story|post|report|text|version|interview|statement|coverage|piece|entry|thread|video|gallery)\b).{0,80}
        read (?:full|original|rest of|entire|complete)\b.{0,80}
        click here(?: (?:to|for)\b.{0,160})?
        submitted by /?u/\S+(?: to r/\S+)?(?: \[link\])?(?: \[comments\])?
        \[link\] \[comments\]
    """,
    furniture=r"""
        (?:(?:view|read|see|leave|post|add|show|join|write) )?(?:an? |all |the |your |no )?(?:\d+ )?(?:comments?
            |conversation)(?: \(?\d+\)?)?
        (?:share|tweet|pin|print|e-?mail|save)(?: (?:this|it))?(?: (?:article|story|post|page))?(?: (?:on
            |via) SITES.{0,80})?
        (?:advertisements?|advertising|advert|ad|sponsored(?: content)?|promoted|paid (?:content|post))
        (?:story|article) continues (?:below|after)\b.{0,60}
        (?:scroll|swipe) (?:down )?(?:to|for) .{0,40}
        skip (?:past|advert|to)\b.{0,60}|back to top|loading\b.{0,30}
        (?:article|comments) url: .{0,200}|(?:points|# comments): \d+
        (?:filed under|posted in)\b.{0,160}
        (?:©|\(c\)|copyright\b).{0,250}|all rights reserved.{0,80}
    """,
    related=r"""
        related(?: (?:articles?|stor(?:y|ies)|posts?|content|links?|coverage|news|topics?|videos?|reading))?
        also read|read also|see also|read next|up next|what to read next|further reading
        more on this(?: story| topic)?|more (?:stories|news|reading|coverage)
        recommended(?: for you| stories| reading)?|editor['’]?s['’]? picks?|most (?:read|popular|viewed)|trending
            (?: now)?
        you (?:may|might)(?: also)? (?:like|be interested in|want to read)|don['’]t miss|in case you missed it|icymi
    """,
    addressed=r"""
        (?:please |don['’]t forget to |be sure to |click here to |make sure to |you can )?subscribe\b
        (?:please |click here to |you can )?sign[ -]?up\b.*\b(?:newsletters?|e-?mails?|briefings?|alerts?|inbox
            |updates?|digest|podcast|app|here|free|account|membership|subscription|patreon|daily|weekly)\b
        (?:get|receive|join|try|download|enjoy|start|want|stay|never miss|be the first|enter|register|log in|sign in)
            \b.{0,120}\b(?:newsletters?|inbox|(?:our|free) (?:news )?apps?|(?:our|daily|morning|evening|e-?mail
            |weekly) briefings?|free trial|news alerts|e-?mail (?:address|alerts?|updates?)|app store|google play
            |our …?channel)\b
        (?:you can )?follow … (?:on|at) (?:our )?SITES
        (?:like|find|join|contact|add|watch|check out) (?:us|me|our …) (?:on|at) (?:our )?SITES
        (?:follow|like|join|support|tag) us\b
        (?:got|have|do you have) (?:an? )?(?:story|tip|news tip|question|opinion|photo|video|feedback)s?\b.{0,80}\?
        support (?:our|us|independent|quality)\b.*(?:journalism|donat|patreon|subscri|contribut)
        already a subscriber|not a subscriber|to continue reading
        this (?:content|article|story) is (?:only )?(?:for subscribers|available to|reserved|exclusive to)
        this (?:article|story|post|piece|report) (?:was |is |has been )?(?:originally|first) (?:published|appeared
            |posted)\b
    """,
    consent=r"""
        (?:this|our) (?:web)?site uses cookies\b|we value your privacy\b|(?:accept|manage|reject) (?:all )?cookies\b
        we (?:and our (?:\d+ )?partners )?(?:use|store)\b.{0,80}\bcookies\b
        by (?:clicking|continuing|using|signing|browsing|submitting|subscribing|registering|entering)\b.*\byou (?:agree
            |accept|consent|acknowledge|confirm)\b
        to (?:view|see|display|show) this (?:content|video|embed)\b.*\b(?:cookies?|consent|accept|settings|enable)\b
        (?:please )?(?:enable|turn on|activate) (?:javascript|cookies)\b
        your browser (?:does not|doesn['’]t) support\b
    """,
    syndicated=r"""
        the (?:post|article|story)\b.{1,300}\b(?:appeared first|first appeared|was first published
            |originally appeared) (?:on|in|at)\b.{1,100}
    """,
)

GERMAN = Phrases(
    onward=r"""
        (?:weiterlesen|weiter lesen|mehr lesen|mehr erfahren|jetzt lesen)(?: (?:auf|bei)\b.{0,80})?
        (?:zum|den) (?:ganzen |vollständigen |kompletten )?artikel(?: lesen)?|hier (?:weiterlesen|lesen sie mehr)
    """,
    furniture=r"""
        (?:teilen|drucken|kommentare|kommentieren)(?: \(?\d+\)?)?|anzeige|werbung
        nach der werbung weiterlesen.{0,30}|alle rechte vorbehalten.{0,80}
    """,
    related=r"""
        mehr zum thema|mehr dazu|lesen sie (?:auch|mehr|hier|dazu)(?: zum thema)?|lies auch|siehe auch|auch interessant
        das könnte (?:sie|dich) (?:auch )?interessieren|passend zum thema|verwandte (?:artikel|themen)
        weitere (?:artikel|nachrichten|meldungen|themen)
    """,
    addressed=r"""
        (?:jetzt |hier )?(?:kostenlos )?(?:abonnieren sie|abonniere|folgen sie (?:uns|der redaktion|dem kanal)
            |folge? uns)\b
        melden sie sich\b.*newsletter|registrieren sie sich\b|(?:zum|mit dem|mit unserem) newsletter\b
        (?:(?:jetzt|hier|unseren|den|kostenlos(?:en)?|unser) ){0,4}newsletter (?:abonnieren|bestellen)\b
    """,
    consent=r"""
        (?:wir (?:verwenden|nutzen|setzen)|diese (?:webseite|website|seite) (?:verwendet|nutzt|benutzt))\b.*\bcookies\b
        (?:zur anzeige|um diesen inhalt|an dieser stelle|hier finden sie)\b.*(?:zustimmung|einwilligung|cookies
            |externe[rn]? inhalt|personenbezogene)
        mit (?:der nutzung|ihrer anmeldung|(?:dem|einem|ihrem) klick)\b.*(?:stimmen sie|einverstanden)
    """,
    syndicated=r"""
        der beitrag\b.{1,300}\b(?:erschien|ist) zuerst (?:auf|bei|erschienen auf)\b.{1,100}
    """,
)

FRENCH = Phrases(
    onward=r"""
        (?:lire la suite|en savoir plus|lire (?:plus|l['’]article)|voir plus|voir la couverture complète)\b.{0,120}
    """,
    furniture=r"""
        (?:partager|imprimer|commentaires|commenter)(?: \(?\d+\)?)?|publicité
        la suite après (?:la|cette) publicité|tous droits réservés.{0,80}
    """,
    related=r"""
        [àa] (?:lire|voir|découvrir) (?:aussi|[ée]galement)|(?:lire|voir) (?:aussi|[ée]galement)|pour aller plus loin
        sur le m[êe]me (?:sujet|th[èe]me)|articles? (?:li[ée]s?|similaires?)|nos autres articles
    """,
    addressed=r"""
        abonnez[- ]vous\b|inscrivez[- ]vous\b|suivez[- ](?:nous|toute l['’]actu|l['’]actu)|rejoignez[- ]nous\b
            |d[ée]j[àa] abonn[ée]
        recevez\b.*(?:newsletter|bo[îi]te (?:mail|de r))|t[ée]l[ée]chargez\b.*\b(?:notre |l['’])appli
        (?:article|contenu) r[ée]serv[ée] (?:aux|à nos) abonn[ée]s
    """,
    consent=r"""
        (?:nous (?:utilisons|et nos partenaires)|(?:ce|notre) site utilise)\b.*\bcookies\b
        en (?:poursuivant|cliquant|continuant)\b.*\b(?:vous acceptez|cookies)\b
        pour (?:afficher|voir|visionner) ce contenu\b
    """,
    syndicated=r"""
        (?:l['’]article|cet article)\b.{1,300}\best apparu en premier sur\b.{1,100}
    """,
)

SPANISH = Phrases(
    onward=r"""
        (?:seguir leyendo|sigue leyendo|continuar leyendo|leer m[áa]s|saber más|ver más|más información)(?: (?:aquí|en
            |de)\b.{0,80})?
        leer (?:la )?(?:nota|noticia) completa.{0,60}
    """,
    furniture=r"""
        (?:compartir|comentarios)(?: \(?\d+\)?)?|publicidad|anuncio|todos los derechos reservados.{0,80}
    """,
    related=r"""
        le[ea] (?:también|tambien|más|además)|(?:te|le) puede interesar|(?:ver|mira|vea) también|no te pierdas
        (?:artículos|noticias|notas) relacionad[ao]s|más sobre este tema
    """,
    addressed=r"""
        suscr[íi]bete\b|suscr[íi]base\b|s[íi]guenos\b|reg[íi]strate\b|[úu]nete a nuestro
        (?:sigue|siga) … en SITES|(?:descarga|descargue) (?:nuestra|la) app\b|contenido exclusivo para suscriptores
        (?:recibe|reciba|ap[úu]ntate)\b.*(?:newsletter|bolet[íi]n|en tu correo|en su correo)
    """,
    consent=r"""
        (?:utilizamos|usamos|(?:este|nuestro) sitio(?: web)? (?:usa|utiliza))\b.*\bcookies\b
        al (?:continuar|hacer clic|navegar)\b.*\b(?:aceptas?|consientes?)\b
    """,
    syndicated=r"""
        (?:la entrada|el art[íi]culo|el cargo|la noticia)\b.{1,300}\b(?:se public[óo]|aparece|apareci[óo]) primero en
            \b.{1,100}
    """,
)

ITALIAN = Phrases(
    onward=r"""
        (?:leggi tutto|continua a leggere|leggi di più|scopri di più|leggi l['’]articolo|per saperne di più)
            (?: .{0,80})?
        continua
    """,
    furniture=r"""
        (?:condividi|commenti|stampa)(?: \(?\d+\)?)?|pubblicità|continua (?:a leggere )?dopo la pubblicità
        (?:tutti i diritti riservati|riproduzione riservata).{0,80}
    """,
    related=r"""
        (?:leggi|vedi|guarda) anche|(?:potrebbe interessarti|ti potrebbe interessare)(?: anche)?
        articoli correlati|da non perdere
    """,
    addressed=r"""
        iscriviti\b|iscrivetevi\b|seguici\b|seguiteci\b|resta aggiornato\b|abbonati (?:al?|alla|ora|subito|per|e)\b
        segui … su SITES|ricevi\b.*newsletter|scarica (?:la nostra |l['’])app\b|contenuto riservato agli abbonati
    """,
    consent=r"""
        (?:questo sito(?: web)? (?:utilizza|usa)|utilizziamo|usiamo)\b.*\bcookies?\b
        (?:cliccando|proseguendo)\b.*\b(?:cookies?|accetti|acconsenti)\b
    """,
    syndicated=r"""
        (?:l['’]articolo|il post)\b.{1,300}\b(?:proviene da|sembra essere il primo su
            |è apparso per la prima volta su)\b.{1,100}
    """,
)

PORTUGUESE = Phrases(
    onward=r"""
        (?:leia mais|ler mais|continue lendo|continue a ler|saiba mais|ver mais|leia a (?:íntegra|matéria completa))
            (?: .{0,80})?
    """,
    furniture=r"""
        (?:compartilh(?:ar|e)|partilhar|comentários)(?: \(?\d+\)?)?|publicidade|continua após a publicidade
        todos os direitos reservados.{0,80}
    """,
    related=r"""
        leia (?:também|tambem|ainda|mais)|veja (?:também|tambem|mais)|confira também|ler também
        (?:notícias|matérias) relacionadas|artigos relacionados
    """,
    addressed=r"""
        assine (?:a|o|já|agora|nossa|para)\b|inscreva[- ]se\b|cadastre-se\b|siga-nos\b|subscreva\b
            |participe do (?:canal|grupo)\b
        siga … no SITES|receba\b.*(?:newsletter|no seu (?:e-?mail|whatsapp|celular))|baixe (?:o|nosso) app
        conteúdo exclusivo para assinantes
    """,
    consent=r"""
        (?:este (?:site|website) (?:usa|utiliza)|n[óo]s (?:usamos|utilizamos))\b.*\bcookies\b
        ao (?:continuar|clicar|navegar)\b.*\b(?:você|concorda|aceita)\b
    """,
    syndicated=r"""
        (?:o post|o artigo|o conteúdo|a publicação)\b.{1,300}\b(?:apareceu|aparece|foi publicado) primeiro (?:em|no
            |na)\b.{1,100}
    """,
)

RUSSIAN = Phrases(
    onward=r"""
        (?:читать (?:далее|дальше|полностью|статью|ещё|еще)|узнать больше)(?: .{0,80})?
        подробнее(?: (?:на|в|здесь|тут|по ссылке)\b.{0,60})?|далее
    """,
    furniture=r"""
        (?:поделиться|комментарии)(?: \(?\d+\)?)?|реклама|на правах рекламы|все права защищены.{0,80}
    """,
    related=r"""
        чита(?:йте|й) (?:также|ещё|еще|далее|по теме)|смотрите также|см\. также|по теме|материалы по теме
        (?:ещё|еще) по теме|похожие (?:статьи|новости|материалы)|другие новости
    """,
    addressed=r"""
        подпис(?:ывайтесь|ывайся|аться|шитесь) на|подпишитесь|подпишись|читайте нас|оформите подписку
        следите за (?:нашим|новост|обновл|нами)|присоединяйтесь к (?:нам|наш)|больше новостей (?:в|на)\s
        мы в (?:соц|telegram|телеграм|дзен|вк)|наш (?:telegram|телеграм)
    """,
    consent=r"""
        (?:мы используем|(?:этот |наш )?сайт использует)\b.*(?:cookie|куки)
        (?:продолжая (?:пользоваться|использовать|просмотр)|нажимая)\b.*(?:cookie|вы соглаша|вы даёте|вы даете)
    """,
    syndicated=r"""
        (?:запись|сообщение|статья)\b.{1,300}\b(?:впервые появил(?:ась|ось)|появил(?:ись|ась|ось) сначала
            |сначала появилась)\b.{1,100}
    """,
)

UKRAINIAN = Phrases(
    onward=r"""
        (?:читати (?:далі|більше|повністю)|дізнатися більше)(?: .{0,80})?
        (?:детальніше|докладніше)(?: (?:на|в|у|тут|за посиланням)\b.{0,60})?|далі
    """,
    furniture=r"""
        (?:поділитися|коментарі)(?: \(?\d+\)?)?|реклама|на правах реклами|всі права захищені.{0,80}
    """,
    related=r"""
        чита(?:йте|й) (?:також|ще|далі|за темою)|дивіться також|за темою|по темі|схожі (?:статті|новини)
        (?:матеріали|новини|статті|більше) (?:за темою|по темі)|інші новини
    """,
    addressed=r"""
        підпис(?:уйтесь|уйтеся|уйся|атися) на|підпишіться|підпишись|читайте нас|більше новин (?:в|у|на)\s
        (?:стежте|слідкуйте) за (?:наш|новин|оновл|нами)|приєднуйте(?:сь|ся) до (?:нас|наш)
        ми (?:в|у) (?:соц|telegram|телеграм)|наш (?:telegram|телеграм)
    """,
    consent=r"""
        (?:ми використовуємо|(?:цей |наш )?сайт використовує)\b.*(?:cookie|кукі)
        (?:продовжуючи (?:користуватися|використовувати|перегляд)|натискаючи)\b.*(?:cookie|ви погоджу|ви даєте)
    """,
    syndicated=r"""
        (?:запис|допис|стаття)\b.{1,300}\b(?:(?:спершу|вперше) з['’]яви\w+|з['’]яви\w+ (?:спочатку|вперше))\b.{1,100}
    """,
)

LANGUAGES = (ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, PORTUGUESE, RUSSIAN, UKRAINIAN)

SOURCE = r"""
        (?:source|via|quelle|fuente|fonte|источник|джерело)\s*[:：]\s*(?:read (?:the )?(?:full|original|whole|entire)
            \s(?:article|story|post|report)|full (?:article|story)|original article|link|click here|here)
"""
"""A source that is only a link to it."""

RUN = r"""
        subscribe|sign up|stay up to date|to watch|visit |download |follow \w|find us|like us|connect with|read more
        watch (?:more|full|the full|\w[^,.;:]{0,30} live)|check (?:out )?(?:our|us|the)\b|support (?:us|our)\b
        join (?:us|our|the conversation)|get (?:more|the latest)|more (?:from|on|news|videos)
        for (?:more|live|the latest|breaking|full)\s
        (?:facebook|twitter|instagram|telegram|youtube|official site|website|site)\s*[:–—-]
"""
"""Begins the invitations, each with an address, that end the description of a video."""

TAGS = r"""
    video videos watch photo photos pics pictures gallery slideshow poll quiz ad ads advert
    advertisement sponsored promoted promo partner partner\scontent paid paid\spost podcast audio
    listen shop deal deals offer related read read\smore infographic vote survey webinar event
    anzeige werbung bilder fotos umfrage publicité sondage vidéo en\simages publicidad encuesta vídeo
    galería pubblicità sondaggio foto galleria publicidade enquete видео фото опрос реклама тест
    відео опитування
"""
"""What stands in brackets before a promoted headline: "[VIDEO] Duck crosses road"."""

SITE_NAMES = r"""
    twitter facebook instagram telegram youtube tiktok linkedin whatsapp threads bluesky mastodon
    google\splus viber vk вконтакте фейсбук\w* телеграм\w* инстаграм\w* ютуб\w*
"""
