"""Pages in a browser, with what they do that they should not."""

from collections.abc import Callable

from playwright.sync_api import Page


def watch_page(
    page: Page,
    requests: list[str],
    troubles: list[str],
    is_pardoned: Callable[[str], bool] = lambda message: False,
) -> None:
    """Note what a page asks for, and its errors, dialogs and complaints.

    Args:
        page: It, before it goes anywhere.
        requests: Gets the address of each request.
        troubles: Gets the rest.
        is_pardoned: Whether a complaint in the console is one that the test expects.
    """
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("dialog", lambda dialog: troubles.append(dialog.message))
    page.on(
        "console",
        lambda message: (
            troubles.append(message.text)
            if message.type == "error" and not is_pardoned(message.text)
            else None
        ),
    )
