"""The operating system's keychain, the only place on this machine that holds secrets.

Protects: no secret is ever written to a file of ours; where the system keeps none, that is said
before anything is signed in to. What is written is read back, for a keychain may forget.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from truebooks_xl.errors import Refused, Unavailable

SERVICE: Final = "TrueBooks XL"
MOST_CHARACTERS: Final = 1200
"""To put into one entry: Windows holds 2,560 bytes, and writes two for each character."""

T = TypeVar("T")


class NoKeychain(Refused):
    """The machine has no keychain that programs may use."""

    def __init__(self, found: str) -> None:
        super().__init__(
            where="Keychain",
            what=f"This machine has no keychain for the sign-in to be kept in ({found}).",
            remedy="Use an account with one (Windows, macOS, GNOME Keyring, KWallet); on a server "
            "set TRUEBOOKS_CREDENTIALS=env and the variables of the guide.",
        )


class KeychainFailed(Unavailable):
    """The keychain is there and did not do what was asked."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            where="Keychain",
            what=f"The keychain of this machine gave no access ({kind}).",
            remedy="Unlock it and allow TrueBooks XL to use it, then press again.",
        )


class Keychain:
    """Named secrets of this user; ``NoKeychain`` and ``KeychainFailed`` are all it raises."""

    def get(self, name: str) -> str | None:
        """Read one; None where there is none."""
        import keyring  # noqa: PLC0415 only where somebody signs in

        return _asked(lambda: keyring.get_password(SERVICE, name))

    def put(self, name: str, text: str) -> None:
        """Write one, in the place of what was there, and read it back."""
        import keyring  # noqa: PLC0415

        _asked(lambda: keyring.set_password(SERVICE, name, text))
        if self.get(name) != text:
            raise KeychainFailed("it did not keep what it was given")

    def drop(self, name: str) -> bool:
        """Remove one; False where there was none."""
        import keyring  # noqa: PLC0415

        if self.get(name) is None:
            return False
        _asked(lambda: keyring.delete_password(SERVICE, name))
        return True


def _asked(ask: Callable[[], T]) -> T:
    """Ask the keychain; of what it raises only the kind is told, its text may hold a secret."""
    import keyring  # noqa: PLC0415
    from keyring.errors import NoKeyringError  # noqa: PLC0415

    chosen = keyring.get_keyring()
    used = next(iter(getattr(chosen, "backends", ())), chosen)  # of a chain, its first
    if type(used).__module__.startswith("keyrings.alt"):
        raise NoKeychain("only one that writes plain files")
    try:
        return ask()
    except NoKeyringError:
        raise NoKeychain("none was found") from None
    except Exception as failure:  # noqa: BLE001 every system's own kind comes through keyring
        raise KeychainFailed(type(failure).__name__) from None
