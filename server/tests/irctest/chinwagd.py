"""How irctest (https://github.com/progval/irctest) runs chinwagd: a server for every test, in a directory of its own.

The binary is that of `$CHINWAGD`, or `chinwagd` on the path. See README.md beside this file.
"""

import json
import os
from pathlib import Path
import socket
import subprocess
from typing import Any, Dict, Optional, Set, Type

from irctest import patma
from irctest.basecontrollers import BaseServerController, DirectoryBasedController
from irctest.client_mock import ClientMock
from irctest.runner import NotImplementedByController
from irctest.specifications import Capabilities, OptionalBehaviors

CHINWAGD = os.environ.get("CHINWAGD", "chinwagd")

# An admin key has at least sixteen characters, and the suite's password has twelve.
ADMIN_KEY = "operpassword-and-more"


def _send_line(self: ClientMock, line: Any, _send: Any = ClientMock.sendLine) -> None:
    if isinstance(line, str) and line == "OPER operuser operpassword":
        line = f"OPER operuser {ADMIN_KEY}"
    _send(self, line)


ClientMock.sendLine = _send_line  # type: ignore[method-assign]


class ChinwagdController(BaseServerController, DirectoryBasedController):
    software_name = "chinwagd"
    supported_sasl_mechanisms: Set[str] = {"PLAIN"}
    supports_sts = False
    _port_wait_interval = 0.02
    # Joins and leaves are told together, a tenth of a second later at most.
    sync_sleep_time = 0.12

    capabilities = frozenset(
        (
            Capabilities.ACCOUNT_NOTIFY,
            Capabilities.ACCOUNT_TAG,
            Capabilities.AWAY_NOTIFY,
            Capabilities.BATCH,
            Capabilities.ECHO_MESSAGE,
            Capabilities.EXTENDED_JOIN,
            Capabilities.LABELED_RESPONSE,
            Capabilities.MESSAGE_REDACTION,
            Capabilities.MESSAGE_TAGS,
            Capabilities.MULTILINE,
            Capabilities.MULTI_PREFIX,
            Capabilities.READ_MARKER,
            Capabilities.SERVER_TIME,
        )
    )

    optional_behaviors = frozenset(
        (
            OptionalBehaviors.CAP_REQ_MINUS,
            OptionalBehaviors.MULTI_JOIN,
            OptionalBehaviors.MULTI_PRIVMSG,
        )
    )

    isupport: Dict[str, Any] = {
        "CASEMAPPING": "ascii",
        "ELIST": patma.StrRe(".*U.*"),
        "MONITOR": patma.ANYSTR,
        "MSGREFTYPES": "msgid,timestamp",
        "PREFIX": "(ov)@+",
        "TARGMAX": patma.ANYSTR,
        "UTF8ONLY": None,
        "WHOX": None,
    }

    def run(
        self,
        hostname: str,
        port: int,
        *,
        password: Optional[str],
        ssl: bool,
        run_services: bool,
        faketime: Optional[str],
        websocket_hostname: Optional[str],
        websocket_port: Optional[int],
    ) -> None:
        if websocket_hostname is not None or websocket_port is not None:
            raise NotImplementedByController("Websocket")
        if ssl:
            # It serves TLS beside plain text on one port only where it is not loopback, and the suite is on loopback.
            raise NotImplementedByController("TLS on loopback")
        if faketime is not None:
            raise NotImplementedByController("faketime")
        assert self.proc is None
        self.hostname, self.port = hostname, port
        self.create_config()
        assert self.directory
        _, self._wire_port = self.get_hostname_and_port()
        state = self.directory / "state"
        state.mkdir(mode=0o700)
        key = state / "admin.key"
        key.touch(mode=0o600)
        key.write_text(ADMIN_KEY + "\n")
        motd = self.directory / "motd"
        motd.write_text("Be kind.\n")
        # fmt: off
        command = [
            CHINWAGD,
            "--irc", f"127.0.0.1:{port}",
            "--listen", f"127.0.0.1:{self._wire_port}",
            "--state-dir", str(state),
            "--name", "My.Little.Server",
            "--motd-file", str(motd),
            "--pace", "off",
        ]
        # fmt: on
        if password is not None:
            command += ["--password-file", str(self._hash(password))]
        self.proc = self.execute(command)

    def _hash(self, password: str) -> Path:
        assert self.directory
        file = self.directory / "password"
        hashed = subprocess.run(
            [CHINWAGD, "hash-password"], input=password + "\n", stdout=subprocess.PIPE, text=True, check=True
        )
        file.touch(mode=0o600)
        file.write_text(hashed.stdout)
        return file

    def wait_for_services(self) -> None:
        """There are none: who one is, is the server's own business."""

    def registerUser(self, case: Any, username: str, password: Optional[str] = None) -> None:
        """A new person over the JSON wire, who takes a word for IRC."""
        if password is not None and len(password) < 6:
            raise NotImplementedByController("a word of less than six bytes")
        self.wait_for_port()
        with socket.create_connection(("127.0.0.1", self._wire_port), timeout=10) as wire:
            lines = wire.makefile("rw", encoding="utf-8", newline="\n")

            def ask(request: Dict[str, Any], answer: str) -> Dict[str, Any]:
                lines.write(json.dumps(request) + "\n")
                lines.flush()
                for line in lines:
                    told: Dict[str, Any] = json.loads(line)
                    if told["type"] in (answer, "error"):
                        assert told["type"] == answer or told["code"] == "name_taken", told
                        return told
                raise AssertionError("the server ended the connection")

            hello = {"type": "hello", "protocol": [1, 1], "client": "irctest", "name": username}
            if ask(hello, "welcome").get("code") == "name_taken":
                raise NotImplementedByController("a name for somebody else than who spoke under it")
            ask({"type": "irc_password", "id": "1", "word": password}, "ok")
            ask({"type": "quit"}, "goodbye")


def get_irctest_controller_class() -> Type[ChinwagdController]:
    return ChinwagdController
