#!/usr/bin/env python3
"""Stands in for a slow device: admits so many connections at a time and makes each wait before it is served.
usage: tls_relay.py ADDRESS PORT TO_PORT SECONDS AT_ONCE COUNT_FILE   (COUNT_FILE holds the number of connections)"""
import asyncio, sys

ADDRESS, PORT, TO, WAIT, AT_ONCE, COUNT = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]), sys.argv[6]
count = 0


def write():
    with open(COUNT, "w") as out:
        out.write(f"{count}\n")


async def pump(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except OSError:
        pass


async def main():
    gate = asyncio.Semaphore(AT_ONCE)

    async def serve(reader, writer):
        global count
        count += 1
        write()
        try:
            async with gate:
                await asyncio.sleep(WAIT)
                far_reader, far_writer = await asyncio.open_connection(ADDRESS, TO)
                both = {asyncio.create_task(pump(reader, far_writer)), asyncio.create_task(pump(far_reader, writer))}
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED, timeout=30)
                far_writer.close()
        except OSError:
            pass
        finally:
            writer.close()

    async with await asyncio.start_server(serve, ADDRESS, PORT, backlog=64) as server:
        write()
        await server.serve_forever()


asyncio.run(main())
