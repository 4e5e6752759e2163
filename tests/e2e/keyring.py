# SPDX-License-Identifier: GPL-3.0-or-later
"""What the session's keyring holds, asked of the Secret Service as any program may ask."""

from gi.repository import Gio, GLib

_NAME = "org.freedesktop.secrets"
_PATH = "/org/freedesktop/secrets"
_INTERFACE = "org.freedesktop.Secret.Service"


def secrets() -> list[bytes]:
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)

    def call(method: str, arguments: GLib.Variant, answer: str):
        return bus.call_sync(
            _NAME, _PATH, _INTERFACE, method, arguments, GLib.VariantType(answer), Gio.DBusCallFlags.NONE, 30_000,
            None).unpack()

    _, conversation = call("OpenSession", GLib.Variant("(sv)", ("plain", GLib.Variant("s", ""))), "(vo)")
    unlocked, locked = call("SearchItems", GLib.Variant("(a{ss})", ({},)), "(aoao)")
    if locked:
        raise AssertionError(f"the keyring holds locked items: {locked}")
    found, = call("GetSecrets", GLib.Variant("(aoo)", (unlocked, conversation)), "(a{o(oayays)})")
    return [bytes(secret[2]) for secret in found.values()]
