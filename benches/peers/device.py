"""A stand-in device: TCP services that say little, and UDP services that answer a request of their own protocol only."""
import asyncio
import socket
import sys
import threading

UDP = {
    53: (lambda d: len(d) >= 12 and not d[2] & 0x80, lambda d: d[:2] + b"\x84\x00" + d[4:]),
    69: (lambda d: d[:2] == b"\0\1", lambda d: b"\0\5\0\1no such file\0"),
    123: (lambda d: len(d) == 48, lambda d: b"\x24\x01" + bytes(46)),
    161: (lambda d: d[:1] == b"\x30", lambda d: d),
    1900: (lambda d: d.startswith(b"M-SEARCH"), lambda d: b"HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\n\r\n"),
    3478: (lambda d: d[4:8] == b"\x21\x12\xa4\x42", lambda d: b"\1\1" + d[2:]),
    5353: (lambda d: len(d) > 12, lambda d: d[:2] + b"\x84\x00" + d[4:]),
    5683: (lambda d: len(d) > 3 and d[0] >> 6 == 1, lambda d: b"\x60\x45" + d[2:4]),
    9999: (lambda d: d[:1] == b"\xd0", lambda d: d),
    56700: (lambda d: len(d) == 36, lambda d: d),
}


def serve_udp(family, port):
    any_address = "::" if family == socket.AF_INET6 else "0.0.0.0"
    front = socket.socket(family, socket.SOCK_DGRAM)
    if family == socket.AF_INET6:
        front.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    front.bind((any_address, port))
    back = front
    if port == 69:  # TFTP answers from another port (RFC 1350)
        back = socket.socket(family, socket.SOCK_DGRAM)
        back.bind((any_address, 0))
    fits, answer = UDP[port]
    while True:
        data, peer = front.recvfrom(2000)
        if fits(data):
            back.sendto(answer(data), peer)


async def serve_tcp(reader, writer):
    try:
        await asyncio.wait_for(reader.read(1024), 5)
    except (asyncio.TimeoutError, OSError):
        pass
    writer.close()


def beacon():
    """A network is never silent: masscan's receiving thread ends only when it hears something."""
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    while True:
        try:
            sender.sendto(b"beacon", ("10.79.0.255", 6667))
        except OSError:
            pass
        threading.Event().wait(0.2)


async def main(tcp, udp):
    for family in (socket.AF_INET, socket.AF_INET6):
        for port in udp:
            threading.Thread(target=serve_udp, args=(family, port), daemon=True).start()
    threading.Thread(target=beacon, daemon=True).start()
    for port in tcp:
        await asyncio.start_server(serve_tcp, ("0.0.0.0", "::"), port, backlog=512)
    await asyncio.Event().wait()


asyncio.run(main(*([int(port) for port in ports.split(",")] for ports in sys.argv[1:3])))
