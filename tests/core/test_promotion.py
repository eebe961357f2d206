from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedwatch.core.promotion import (
    after_invitation,
    end_of_news,
    heads_related,
    is_known,
    leads_away,
    lists_addresses,
    promoted_headlines,
)


@pytest.mark.parametrize(
    "line",
    [
        "Read more",
        "Read More…",
        "Read more »",
        "Continue reading →",
        "Continue reading Bridge closed until spring",
        "Read the full article here.",
        "Click here",
        "Advertisement",
        "ADVERTISEMENT",
        "Story continues below advertisement",
        "Share this article on Facebook",
        "No comments",
        "12 Comments",
        "comments | permalink",
        "Share | Tweet | Email | Print",
        "submitted by /u/somebody [link] [comments]",
        "submitted by /u/somebody to r/bridges",
        "© Bridge Post, 2026. | Permalink | No comment",
        "Copyright 2026 The Bridge Post. All rights reserved.",
        "Source: Read Full Article",
        "source: read full article",
        "Related: Ferry to run at night",
        "RELATED: Ferry to run at night",
        "Related articles",
        "ALSO READ: Ferry to run at night",
        "Also Read | Ferry to run at night",
        "SEE ALSO: Ferry to run at night",
        "(MORE: Ferry to run at night)",
        "You might also like",
        "The post Bridge closed until spring appeared first on The Bridge Post.",
        "This article originally appeared on The Bridge Post.",
        "Subscribe to our newsletter.",
        "Please subscribe to The Bridge Post today. It's free. Unsubscribe at any time.",
        "➡ Subscribe: https://bridge.example/s",
        "Sign up for our daily newsletter and never miss a story.",
        "Want more? Sign up for our newsletter here.",
        "Get the morning briefing in your inbox",
        "Download our app on Google Play",
        "Follow us on Twitter and Facebook",
        "Follow The Bridge Post on Instagram",
        "Follow @bridgepost on Twitter.",
        "Got a story? Tell us.",
        "We use cookies to give you the best experience.",
        "This website uses cookies. You can opt out.",
        "By clicking Sign up you agree to our terms.",
        "Please enable JavaScript to view the comments.",
        "To view this content, please accept marketing cookies.",
        # German
        "Weiterlesen auf bruecke.example",
        "Mehr zum Thema: Fähre fährt nachts",
        "Lesen Sie auch: Fähre fährt nachts",
        "Der Beitrag Brücke gesperrt erschien zuerst auf Brückenpost.",
        "Abonnieren Sie unseren Newsletter.",
        "Jetzt kostenlos Newsletter abonnieren",
        "Wir verwenden Cookies, um Inhalte zu personalisieren.",
        "Zur Anzeige dieses Inhalts ist Ihre Zustimmung erforderlich.",
        "Anzeige",
        # French
        "Lire la suite",
        "Lire aussi : Le bac circulera la nuit",
        "À lire aussi",
        "L’article Le pont est fermé est apparu en premier sur La Poste du pont.",
        "Abonnez-vous à notre newsletter",
        "Inscrivez-vous gratuitement",
        "Nous utilisons des cookies pour améliorer ce site.",
        "Pour afficher ce contenu, vous devez accepter les cookies.",
        # Spanish
        "Seguir leyendo",
        "Lea también: El ferry navegará de noche",
        "La entrada El puente cierra se publicó primero en El Puente.",
        "Suscríbete a nuestro boletín",
        "Síguenos en Facebook",
        "Utilizamos cookies para mejorar su experiencia.",
        # Italian
        "Leggi anche: Il traghetto viaggerà di notte",
        "Continua a leggere",
        "L'articolo Ponte chiuso proviene da La Posta del Ponte.",
        "Iscriviti alla newsletter",
        "Questo sito utilizza i cookie.",
        # Portuguese
        "Leia também: A balsa vai navegar à noite",
        "O post Ponte fechada apareceu primeiro em Correio da Ponte.",
        "Inscreva-se no nosso canal",
        "Este site utiliza cookies.",
        # Russian
        "Читайте также: Паром пойдёт ночью",
        "Читать далее",
        "Подписывайтесь на наш канал в Telegram",
        "Запись Мост закрыт впервые появилась Мостовая почта.",
        "Мы используем файлы cookie.",
        "На правах рекламы",
        # Ukrainian
        "Читайте також: Пором ходитиме вночі",
        "ЧИТАЙТЕ ТАКОЖ: Пором ходитиме вночі",
        "Підписуйтесь на наш канал у Telegram",
        "Допис Міст закрито з’явився спочатку на Мостова пошта.",
        "Ми використовуємо файли cookie.",
    ],
)
def test_what_publishers_put_around_news_is_known(line: str) -> None:
    assert is_known(line)


@pytest.mark.parametrize(
    "line",
    [
        "The bridge is closed.",
        "More bridges will be closed this winter, the council said.",
        "More than 300 drones were launched overnight.",
        "Subscribers of the newspaper sued its owner on Monday.",
        "The newsletter that the general sent to his staff was leaked.",
        "He urged people to sign up to vote by Friday.",
        "Sign up to vote by Friday, the electoral office said.",
        "Register to vote by Friday, the electoral office said.",
        "Follow the money, the prosecutor told the jury.",
        "Following the attack, the general resigned.",
        "Follow-up talks in Geneva failed, and US officials left for Twitter's trial.",
        "Join US forces in the Gulf, the minister told his allies.",
        "Support US troops, members of Congress said in a letter to subscribers.",
        "We use drones every day, the general said.",
        "By using drones the army cut its losses.",
        "Cookies recalled after glass was found in them.",
        "Related party transactions at the bank are under investigation.",
        "Share prices fell in Tokyo.",
        "Comments by the general caused a row.",
        "Watch repairer wins prize for clocks.",
        "Advertisers leave the network after the general's interview.",
        "Link between drones and outage found.",
        "Loading bay fire kills two at the port, and the search for survivors goes on.",
        "See the full list of workers protected by new rules.",
        "Get ready for higher prices, the bank said after a briefing.",
        "The post office appeared on the list of closures.",
        "SIGN UP TO OUR NEWSLETTER. A man was arrested after police were told of a drone over the airport.",
        "Suite à l'attaque de drones, le pont est fermé.",
        "En continuant ses attaques, l'armée perd des hommes.",
        "Abbonati in calo per la televisione, sale il canone.",
        "Continua la guerra: droni sul ponte.",
        "Sigue a la baja la bolsa, dicen en la capital.",
        "Подписка на газету подорожает.",
        "Реклама казино запрещена с марта.",
        "Следите за руками: генерал рассказал о дронах.",
        "Werbung für Tabak wird verboten.",
        "Anzeige gegen General erstattet.",
        "Publicité pour le tabac : ce qui change.",
        "Далее генерал рассказал о наступлении.",
        "",
        "x" * 400,
    ],
)
def test_news_is_no_known_form(line: str) -> None:
    assert not is_known(line)


@pytest.mark.parametrize(
    ("text", "news"),
    [
        ("The bridge is closed. Read more", "The bridge is closed."),
        ("The bridge is closed. Subscribe to our newsletter.", "The bridge is closed."),
        ("The bridge is closed… Continue reading →", "The bridge is closed…"),
        ("The bridge is closed. The post Bridge closed appeared first on The Post.", "The bridge is closed."),
        ("The bridge is closed.” Source: Read Full Article", "The bridge is closed.”"),
        ("Il ponte è chiuso. Leggi anche: Il traghetto", "Il ponte è chiuso."),
        ("It is shut. [VIDEO] Duck crosses road | [Poll] Your duck?", "It is shut."),
        ("It is shut. [Photos] Ducks on the bridge", "It is shut."),
        (
            "It is shut. - Subscribe to our channel: https://a.example - Follow us on Twitter: https://b.example #a",
            "It is shut.",
        ),
        ("Is it shut Subscribe to Bridge TV! https://a.example Watch more: https://b.example", "Is it shut"),
        ("It is shut.\nFacebook: https://a.example/b\nTwitter: https://b.example/c", "It is shut."),
    ],
)
def test_a_paragraph_ends_where_promotion_begins(text: str, news: str) -> None:
    assert text[: end_of_news(text)].strip() == news


@pytest.mark.parametrize(
    "text",
    [
        "The bridge is closed. He wanted more.",
        "The bridge is closed. More follows.",
        "She wore black after his 'bridge' comments",
        "The general said “we [the army] won’t” and left.",
        "The [video] evidence was lost. It was a duck.",
        "It is shut. [Video] footage shows a duck on the bridge at night.",
        "Twitter shares fell. Twitter said so in a long statement. See https://a.example/report for it all, and wait.",
        "It is shut. Visitors were sent home.",
        "",
    ],
)
def test_a_paragraph_without_promotion_ends_at_its_end(text: str) -> None:
    assert end_of_news(text) == len(text)


def test_news_after_an_invitation_in_one_paragraph_begins_behind_it() -> None:
    text = "SIGN UP TO OUR BRIDGE NEWSLETTER. A man was arrested after a drone was seen over the airport."
    assert text[after_invitation(text) :].startswith("A man was arrested")
    assert after_invitation("A man was arrested. Sign up to our newsletter today, it is free and short.") == 0
    assert after_invitation("Subscribe to our newsletter. It is free.") == 0


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("[VIDEO] Duck crosses road", 1),
        ("• [Ad] Ten shoes", 1),
        ("[Photos] Ducks | [Poll] Your duck?", 2),
        ("[Видео] Утка на мосту", 1),
        ("[The] bridge", 0),
        ("A duck [video]", 0),
        ("", 0),
    ],
)
def test_headlines_behind_a_tag_are_counted(text: str, count: int) -> None:
    assert promoted_headlines(text) == count


def test_a_head_announces_links_and_a_lead_in_leads_away() -> None:
    assert heads_related("Related articles:")
    assert heads_related("Mehr zum Thema")
    assert not heads_related("Related: Ferry to run at night")
    assert leads_away("Watch Ferry to run at night")
    assert not leads_away("Ferry to run at night")


def test_a_list_of_places_to_go_is_more_address_than_words() -> None:
    assert lists_addresses("The Post in social media: Vk: https://vk.example/post Telegram: https://t.example/post")
    assert not lists_addresses("The report is at https://a.example/report.")
    assert not lists_addresses(
        "The council put the report, which nobody had expected before the summer, at https://a.example/report, and "
        "what others think of it, in as many words as they could find, is at https://b.example/answer for all to read."
    )


@given(st.text("Subscribe to our newsletter. Read more [VIDEO] http://a.example \n|:US", max_size=200))
def test_any_text_is_judged_within_its_bounds(text: str) -> None:
    is_known(text)
    heads_related(text)
    leads_away(text)
    lists_addresses(text)
    promoted_headlines(text)
    assert 0 <= after_invitation(text) <= len(text)
    assert 0 <= end_of_news(text) <= len(text)
