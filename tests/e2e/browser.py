#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The "browser" of the session: browser.py RESULT-FILE URL opens the page, follows its link to the dropped file,
and writes down what it got. The address itself is not kept: it opens the sandbox to whoever has it.
"""

import hashlib
import html.parser
import http.cookiejar
import json
import os
import sys
import urllib.parse
import urllib.request

import parcel


class Links(html.parser.HTMLParser):
    def __init__(self, page: str):
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found += [value for name, value in attributes if tag == "a" and name == "href" and value]


def visit(url: str) -> dict:
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)
    with opener.open(url, timeout=60) as page:
        links = Links(page.read().decode(errors="replace")).found
    link = next((link for link in links if link.endswith(parcel.BINARY)), None)
    if link is None:
        return {"error": "the page does not link to the dropped file", "links": links}
    with opener.open(urllib.parse.urljoin(url, link), timeout=60) as reply:
        content = reply.read()
    return {"scheme": urllib.parse.urlsplit(url).scheme, "status": reply.status, "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest()}


def main() -> None:
    result_file, url = sys.argv[1:]
    try:
        result = visit(url)
    except Exception as error:  # Whatever it was, the journey wants to read of it.
        result = {"error": f"{type(error).__name__}: {error}"}
    with open(result_file + ".part", "w", encoding="utf-8") as file:
        json.dump(result, file)
    os.replace(result_file + ".part", result_file)


if __name__ == "__main__":
    main()
