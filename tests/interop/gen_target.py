"""A receiver in a process of its own: gen_target.py PORT. Takes a version 2 header, then a line that says what it does.

echo          what it receives, until the end
sum           reads to the end, then the SHA-256 in hexadecimal and the end
give N SEED   N pseudo-random bytes and the end
who           the header in hexadecimal and the end
"""
import asyncio
import hashlib
import random
import sys

BLOCK = 65536


def block(seed, size=BLOCK):
    return random.Random(seed).randbytes(size)


async def serve(reader, writer):
    try:
        fixed = await reader.readexactly(16)
        header = fixed + await reader.readexactly(int.from_bytes(fixed[14:16], "big"))
        word, *rest = (await reader.readline()).decode().split()
        if word == "echo":
            while data := await reader.read(BLOCK):
                writer.write(data)
                await writer.drain()
        elif word == "sum":
            digest = hashlib.sha256()
            while data := await reader.read(1 << 20):
                digest.update(data)
            writer.write(digest.hexdigest().encode())
        elif word == "give":
            size, seed = int(rest[0]), int(rest[1])
            one = block(seed)
            for at in range(0, size, BLOCK):
                writer.write(one[:size - at])
                await writer.drain()
        elif word == "who":
            writer.write(header.hex().encode())
        writer.write_eof()
        await reader.read()
    except (OSError, EOFError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]), backlog=4096, limit=1 << 20)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
