"""Fetches URLs all at once and lets the kernel throw the bodies away (MSG_TRUNC).

A client that copies 10 GB costs as much CPU as the server that is to be
measured, on the same cores. Its arguments are URLs; prints
for each: status, bytes of the body, seconds to the first byte and to the last.
"""

import select
import socket
import sys
import time
from urllib.parse import urlsplit

MOST = 1 << 20


class Transfer:
    def __init__(self, url):
        parts = urlsplit(url)
        path = parts.path + ("?" + parts.query if parts.query else "")
        self.request = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode()
        self.started = time.monotonic()
        self.socket = socket.create_connection((parts.hostname, parts.port))
        self.socket.setblocking(False)
        self.socket.send(self.request)
        self.head = b""
        self.status = 0
        self.expected = None
        self.bytes = 0
        self.first = self.last = 0.0

    def read(self, scratch):
        """True when nothing more comes."""
        now = time.monotonic()
        if self.status == 0:
            chunk = self.socket.recv(65536)
            self.first = self.first or now - self.started
            self.head += chunk
            end = self.head.find(b"\r\n\r\n")
            if end == -1:
                return not chunk
            lines = self.head[:end].decode("latin1").split("\r\n")
            self.status = int(lines[0].split()[1])
            lengths = [int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length:")]
            self.expected = lengths[0] if lengths else None
            count = len(self.head) - end - 4
        else:
            count = self.socket.recv_into(scratch, MOST, socket.MSG_TRUNC)
            if count == 0:
                return True
        self.bytes += count
        self.last = time.monotonic() - self.started
        return self.bytes == self.expected


def main():
    urls = sys.argv[1:]
    scratch = bytearray(MOST)
    poll = select.epoll()
    open_transfers = {}
    transfers = []
    for url in urls:
        transfer = Transfer(url)
        transfers.append(transfer)
        open_transfers[transfer.socket.fileno()] = transfer
        poll.register(transfer.socket, select.EPOLLIN)
    while open_transfers:
        for descriptor, _ in poll.poll(60):
            transfer = open_transfers[descriptor]
            try:
                over = transfer.read(scratch)
            except BlockingIOError:
                continue
            except OSError:
                over = True
            if over:
                del open_transfers[descriptor]
                poll.unregister(descriptor)
                transfer.socket.close()
    for each in transfers:
        print(each.status, each.bytes, each.first, each.last)


main()
