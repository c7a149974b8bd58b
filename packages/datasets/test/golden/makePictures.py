"""Writes pictures.json: small image files of every kind, and what Pillow's convert("RGB") makes of them."""

import base64
import io
import json
import pathlib
import struct
import sys
import zlib

import numpy as np
import PIL
from PIL import Image, ImageCms

SEED = 5
HEIGHT, WIDTH = 11, 17


def encode(data):
    return base64.b64encode(data).decode()


def smooth(rng, channel):
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    waves = np.stack([127 + 110 * np.sin(x / 4 + k) * np.cos(y / 3 - k) for k in range(channel)], -1)
    return np.clip(waves + rng.normal(0, 8, waves.shape), 0, 255).astype(np.uint8)


def saved(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(depth, colour, rows, width, extra=b""):
    header = struct.pack(">IIBBBBB", width, len(rows), depth, colour, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def png16(rng, colour, channel):
    values = rng.integers(0, 65536, (5, 6 * channel)).astype(">u2")
    return png(16, colour, [row.tobytes() for row in values], 6)


def png_bits(rng, depth):
    rows = []
    for _ in range(5):
        bits = "".join(format(value, f"0{depth}b") for value in rng.integers(0, 2**depth, 7))
        bits += "0" * (-len(bits) % 8)
        rows.append(int(bits, 2).to_bytes(len(bits) // 8, "big"))
    return png(depth, 0, rows, 7)


def files(rng):
    rgb = Image.fromarray(smooth(rng, 3))
    grey = rgb.convert("L")
    rgba = Image.fromarray(smooth(rng, 4), "RGBA")
    cmyk = saved(Image.fromarray(smooth(rng, 4), "CMYK"), "JPEG", quality=90)
    adobe = cmyk.find(b"\xff\xee")
    length = struct.unpack(">H", cmyk[adobe + 2 : adobe + 4])[0]
    ycck = bytearray(cmyk)
    ycck[adobe + 15] = 2
    exif = Image.Exif()
    exif[0x112] = 6
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    at = profile.find(b"XYZ ", 300) + 8  # another red: a decoder that applies profiles would show it
    profile[at : at + 4] = struct.pack(">i", 0x9000)
    jpeg = saved(rgb, "JPEG", quality=85)
    plain = saved(rgb, "PNG")
    yield "colour.jpg", jpeg
    yield "colour-444.jpg", saved(rgb, "JPEG", quality=92, subsampling=0)
    yield "colour-422.jpg", saved(rgb, "JPEG", quality=60, subsampling=1)
    yield "progressive.jpg", saved(rgb, "JPEG", progressive=True)
    yield "grey.jpg", saved(grey, "JPEG")
    yield "cmyk.jpg", cmyk
    yield "cmyk-without-marker.jpg", cmyk[:adobe] + cmyk[adobe + 2 + length :]
    yield "ycck.jpg", bytes(ycck)
    yield "profile.jpg", saved(rgb, "JPEG", icc_profile=bytes(profile))
    yield "turned.jpg", saved(rgb, "JPEG", exif=exif.tobytes())
    yield "followed-by-rubbish.jpg", jpeg + b"rubbish" * 9
    yield "a-png-called.jpg", plain
    yield "colour.png", plain
    yield "grey.png", saved(grey, "PNG")
    yield "palette.png", saved(rgb.convert("P"), "PNG")
    yield "palette-of-7.png", saved(rgb.quantize(7), "PNG")
    yield "one-bit.png", saved(grey.convert("1"), "PNG")
    yield "two-bit.png", png_bits(rng, 2)
    yield "four-bit.png", png_bits(rng, 4)
    yield "transparent.png", saved(rgba, "PNG")
    yield "grey-transparent.png", saved(rgba.convert("LA"), "PNG")
    yield "palette-transparent.png", saved(rgb.convert("P"), "PNG", transparency=3)
    yield "key-colour.png", saved(rgb, "PNG", transparency=rgb.getpixel((0, 0)))
    yield "key-grey.png", saved(grey, "PNG", transparency=grey.getpixel((0, 0)))
    yield "grey-16.png", png16(rng, 0, 1)
    yield "colour-16.png", png16(rng, 2, 3)
    yield "grey-transparent-16.png", png16(rng, 4, 2)
    yield "transparent-16.png", png16(rng, 6, 4)
    yield "gamma.png", plain[:33] + chunk(b"gAMA", struct.pack(">I", 100000)) + plain[33:]
    yield "lossy.webp", saved(rgb, "WEBP", quality=80)
    yield "lossless.webp", saved(rgb, "WEBP", lossless=True)
    yield "transparent.webp", saved(rgba, "WEBP", lossless=True, exact=True)
    yield "cut.jpg", jpeg[: len(jpeg) * 4 // 5]
    yield "without-end.jpg", jpeg[:-2]
    yield "cut.png", plain[: len(plain) // 2]


def main():
    rng = np.random.default_rng(SEED)
    cases = []
    for name, data in files(rng):
        case = {"name": name, "file": encode(data)}
        try:
            image = Image.open(io.BytesIO(data))
            pixels = np.asarray(image.convert("RGB"))
            case |= {"mode": image.mode, "shape": list(pixels.shape), "expected": encode(pixels.tobytes())}
        except OSError as error:
            case |= {"error": str(error)}
        cases.append(case)
    document = {
        "generator": "makePictures.py",
        "versions": {"pillow": PIL.__version__, "numpy": np.__version__},
        "seed": SEED,
        "cases": cases,
    }
    path = pathlib.Path(__file__).with_name("pictures.json")
    path.write_text(json.dumps(document, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size, file=sys.stderr)


main()
