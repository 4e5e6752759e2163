# SPDX-License-Identifier: GPL-3.0-or-later
"""Eyes and hands: widgets are found as a screen reader finds them (AT-SPI), and used as a person does, with the
pointer and the keyboard (XTEST), at the place where they are seen.
"""

import re
import subprocess
import time
from pathlib import Path
from typing import Iterator, NamedTuple, Optional, Union

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

from session import wait_until  # noqa: E402

Role = Atspi.Role
Name = Union[str, re.Pattern, None]

BUTTON = {Role.PUSH_BUTTON, Role.TOGGLE_BUTTON, Role.PUSH_BUTTON_MENU}
CELL = {Role.TABLE_CELL, Role.TREE_ITEM, Role.LIST_ITEM}
FIELD = {Role.TEXT, Role.ENTRY, Role.PASSWORD_TEXT, Role.SPIN_BUTTON}
LIST = {Role.TABLE, Role.TREE, Role.TREE_TABLE, Role.LIST}
TAB = {Role.PAGE_TAB}
MENU_ITEM = {Role.MENU_ITEM, Role.CHECK_MENU_ITEM, Role.RADIO_MENU_ITEM, Role.MENU}
WINDOW = {Role.FRAME, Role.DIALOG, Role.WINDOW, Role.ALERT, Role.FILE_CHOOSER}

# A person does not read row 1,000 either; and each row costs a question to the program.
_MOST_CHILDREN = 400


class Rect(NamedTuple):
    x: int
    y: int
    width: int
    height: int

    def at(self, across: float, down: float) -> tuple[int, int]:
        """The point at these fractions of the width and height."""
        return int(self.x + self.width * across), int(self.y + self.height * down)


def _matches(name: Name, actual: str) -> bool:
    if name is None:
        return True
    return bool(name.search(actual)) if isinstance(name, re.Pattern) else name == actual


class Widget:
    """One accessible object. Whatever vanishes while it is asked about has no name, no text and no place."""

    def __init__(self, accessible, scale: float = 1):
        self._accessible = accessible
        self._scale = scale

    def _ask(self, question, otherwise):
        try:
            answer = question(self._accessible)
        except (GLib.Error, AttributeError, TypeError):
            return otherwise
        return otherwise if answer is None else answer

    @property
    def name(self) -> str:
        return self._ask(lambda a: a.get_name(), "")

    @property
    def description(self) -> str:
        return self._ask(lambda a: a.get_description(), "")

    @property
    def role(self) -> Role:
        return self._ask(lambda a: a.get_role(), Role.INVALID)

    @property
    def pid(self) -> int:
        return self._ask(lambda a: a.get_process_id(), 0)

    @property
    def text(self) -> str:
        return self._ask(lambda a: Atspi.Text.get_text(a.get_text_iface(), 0, -1), "")

    @property
    def rect(self) -> Rect:
        extents = self._ask(lambda a: a.get_component_iface().get_extents(Atspi.CoordType.SCREEN), None)
        if extents is None:
            return Rect(0, 0, 0, 0)
        return Rect(*(round(n * self._scale) for n in (extents.x, extents.y, extents.width, extents.height)))

    def has(self, state: Atspi.StateType) -> bool:
        return self._ask(lambda a: a.get_state_set().contains(state), False)

    @property
    def showing(self) -> bool:
        return self.has(Atspi.StateType.SHOWING)

    @property
    def enabled(self) -> bool:
        return self.has(Atspi.StateType.ENABLED)

    @property
    def selected(self) -> bool:
        return self.has(Atspi.StateType.SELECTED)

    @property
    def focused(self) -> bool:
        return self.has(Atspi.StateType.FOCUSED)

    @property
    def children(self) -> Iterator["Widget"]:
        for index in range(min(self._ask(lambda a: a.get_child_count(), 0), _MOST_CHILDREN)):
            child = self._ask(lambda a: a.get_child_at_index(index), None)
            if child is not None:
                yield Widget(child, self._scale)

    def visible_descendants(self) -> Iterator["Widget"]:
        """Breadth first, without what is hidden."""
        row = [child for child in self.children if child.showing]
        while row:
            yield from row
            row = [child for widget in row for child in widget.children if child.showing]

    def find_all(self, role, name: Name = None) -> list["Widget"]:
        roles = role if isinstance(role, (set, frozenset)) else {role}
        return [w for w in self.visible_descendants() if w.role in roles and _matches(name, w.name)]

    def find(self, role, name: Name = None) -> Optional["Widget"]:
        roles = role if isinstance(role, (set, frozenset)) else {role}
        return next(
            (w for w in self.visible_descendants() if w.role in roles and _matches(name, w.name)), None)

    def described(self, depth: int = 0) -> str:
        """The tree from here on, a line each: for whoever looks for the reason of a failure."""
        role = self._ask(lambda a: a.get_role_name(), "gone")
        states = " ".join(
            word for word, state in (
                ("hidden", None), ("enabled", Atspi.StateType.ENABLED), ("focused", Atspi.StateType.FOCUSED),
                ("selected", Atspi.StateType.SELECTED), ("checked", Atspi.StateType.CHECKED))
            if (not self.showing if state is None else self.has(state)))
        rect = self.rect
        # Not the text of password fields, even though it is dots: its length is nobody's business.
        text = "" if self.role == Role.PASSWORD_TEXT else self.text[:2000]
        line = f"{'  ' * depth}{role} {self.name!r} [{states}] {rect.width}x{rect.height}+{rect.x}+{rect.y}"
        lines = [line + (f" text={text!r}" if text else "")]
        if self.showing or depth == 0:
            lines += [child.described(depth + 1) for child in self.children]
        return "\n".join(lines)


class Desktop:
    """The session's screen, seen through the windows of the one program under test."""

    def __init__(self, pid: int, patience: float = 1, scale: float = 1):
        """`patience` stretches all deadlines; `scale` is physical pixels per pixel of the program."""
        self._pid = pid
        self._patience = patience
        self._scale = scale
        Atspi.init()
        Atspi.set_timeout(5000, 15000)
        self._root = Atspi.get_desktop(0)
        # What is asked is what is seen now, not what was when it was last asked.
        self._root.set_cache_mask(Atspi.Cache.NONE)

    def wait(self, condition, what: str, seconds: float = 30):
        return wait_until(condition, what, seconds * self._patience)

    def program(self) -> Optional[Widget]:
        return next((a for a in Widget(self._root, self._scale).children if a.pid == self._pid), None)

    def windows(self) -> list[Widget]:
        program = self.program()
        return [window for window in program.children if window.showing] if program else []

    def look_for(self, role, name: Name = None, within: Optional[Widget] = None) -> Optional[Widget]:
        """The first such widget that is to be seen now, newest window first."""
        if within is not None:
            return within.find(role, name)
        for window in reversed(self.windows()):
            roles = role if isinstance(role, (set, frozenset)) else {role}
            if window.role in roles and _matches(name, window.name):
                return window
            found = window.find(role, name)
            if found:
                return found
        return None

    def find(self, role, name: Name = None, within: Optional[Widget] = None, seconds: float = 30) -> Widget:
        return self.wait(lambda: self.look_for(role, name, within), _called(role, name), seconds)

    def dialog(self, name: Name) -> Widget:
        """A dialog that is ready to be used: before the window manager has put it in front, it takes no clicks."""
        dialog = self.find(WINDOW, name)
        self.wait(lambda: dialog.has(Atspi.StateType.ACTIVE), f"{_called(WINDOW, name)} to be in front")
        return dialog

    def wait_gone(self, role, name: Name = None, seconds: float = 30) -> None:
        self.wait(lambda: not self.look_for(role, name), f"{_called(role, name)} to go", seconds)

    def texts(self, within: Optional[Widget] = None) -> str:
        """All names and texts to be seen, for questions such as whether an error is shown."""
        roots = [within] if within is not None else self.windows()
        return "\n".join(
            part for root in roots for widget in root.visible_descendants()
            for part in (widget.name, widget.text) if part)

    def click(self, role, name: Name = None, within: Optional[Widget] = None, seconds: float = 30, button=1,
              count: int = 1) -> Widget:
        """Clicks the middle of a widget once it is there, enabled, and has stopped moving."""
        what = _called(role, name)
        roots = [within] if within is not None else None
        widget = self.wait(
            lambda: next((widget for root in roots or reversed(self.windows())
                          for widget in root.find_all(role, name) if widget.enabled), None),
            f"{what}, enabled", seconds)
        self.click_at(*self.resting_place(widget, what).at(0.5, 0.5), button=button, count=count)
        return widget

    def resting_place(self, widget: Widget, what: str = "a widget") -> Rect:
        seen = [widget.rect]

        def rests() -> Optional[Rect]:
            seen.append(widget.rect)
            return seen[-1] if seen[-1] == seen[-2] and seen[-1].width > 0 else None

        return self.wait(rests, f"{what} to rest")

    def click_at(self, x: int, y: int, button: int = 1, count: int = 1) -> None:
        self.xdotool("mousemove", str(x), str(y), "click", "--repeat", str(count), "--delay", "30", str(button))

    def move_to(self, x: int, y: int) -> None:
        self.xdotool("mousemove", str(x), str(y))

    def press(self, *keys: str) -> None:
        """Key strokes such as `Return` or `ctrl+shift+t`."""
        self.xdotool("key", "--delay", "30", *keys)

    def type(self, text: str) -> None:
        """Only characters that the keyboard has: others would need a change of its layout in mid-sentence."""
        self.xdotool("type", "--delay", "8", "--file", "-", standard_input=text.encode())

    def fill(self, field: Widget, text: str, what: str = "the field") -> None:
        """Replaces the text of a field, and sees that it holds what was typed."""
        self.click_at(*self.resting_place(field, what).at(0.5, 0.5))
        self.wait(lambda: field.focused, f"{what} to have the focus")
        self.press("ctrl+a", "Delete")
        self.type(text)
        if field.role != Role.PASSWORD_TEXT:
            self.wait(lambda: field.text == text, f"{what} to hold {text!r}")

    def window_id(self) -> str:
        """Of the newest window that the window manager manages, as the X server knows it."""
        return self.wait(
            lambda: self.xdotool("search", "--onlyvisible", "--pid", str(self._pid), "--name", ".").split(),
            "a window")[-1]

    def picture(self, path: Path, window: str = "root") -> None:
        """A picture of the whole screen or one window, taken when it has come to rest or does not want to."""
        previous = b""
        for _ in range(5):
            subprocess.run(["import", "-silent", "-window", window, str(path)], check=True)
            current = path.read_bytes()
            if current == previous:
                return
            previous = current
            time.sleep(0.1)

    def described(self) -> str:
        program = self.program()
        return program.described() if program else "The program has no accessible windows.\n"

    @staticmethod
    def xdotool(*arguments: str, standard_input: bytes = b"") -> str:
        done = subprocess.run(["xdotool", *arguments], input=standard_input, capture_output=True)
        # A search that finds nothing is no failure, and has nothing to say.
        if done.returncode != 0 and done.stderr:
            raise RuntimeError(f"xdotool {' '.join(arguments)}: {done.stderr.decode().strip()}")
        return done.stdout.decode()


def _called(role, name: Name) -> str:
    roles = role if isinstance(role, (set, frozenset)) else {role}
    kind = "/".join(sorted(r.value_nick.replace("-", " ") for r in roles))
    if name is None:
        return f"a {kind}"
    return f"the {kind} {name.pattern if isinstance(name, re.Pattern) else name!r}"
