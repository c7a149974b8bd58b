"""The 19 corruptions in Python, on the libraries that the reference generator uses.

A statement of its own, from the published parameters and formulas, for checks and for timing:
`makeGolden.py` and `makeStatistics.py` beside it, and the bench's peer. Written for NumPy 2.4,
SciPy 1.17, scikit-image 0.26, Pillow 12.3 and OpenCV 4.14 (OpenCV 5 warps without the 1/32 pixel
grid of OpenCV 4), without IPP, whose distance transform has other last bits. Motion blur is ImageMagick's in NumPy: 0 of 8 028 160 bytes differ from
ImageMagick 6.9.11-60 Q16 over the radii of ImageNet-C at eight angles, colour and grey.

Every function takes an image (uint8, [side, side, 3]), its parameters and a source of random
numbers, and returns the uint8 image.
"""

import io

import cv2
import numpy as np
from PIL import Image
from scipy.ndimage import map_coordinates, zoom
from skimage.color import hsv2rgb, rgb2hsv
from skimage.filters import gaussian

cv2.setNumThreads(1)
cv2.ipp.setUseIPP(False)


class NumpyDraws:
    """Random numbers of one NumPy generator, with the legacy algorithms that the reference calls."""

    def __init__(self, seed):
        self.state = np.random.RandomState(seed)

    def normal(self, shape, mean, deviation):
        return self.state.normal(mean, deviation, shape)

    def uniform(self, shape, low, high):
        return self.state.uniform(low, high, shape)

    def poisson(self, rates):
        return self.state.poisson(rates)

    def integers(self, count, low, high):
        return self.state.randint(low, high, size=count)


def unit(image):
    return np.array(image) / 255.0


def to_bytes(values):
    return np.uint8(np.clip(values, 0, 1) * 255)  # truncates


def zoom_into_centre(image, factor):
    side = image.shape[0]
    crop = int(np.ceil(side / factor))
    top = (side - crop) // 2
    grown = zoom(image[top : top + crop, top : top + crop], (factor, factor, 1), order=1)
    trim = (grown.shape[0] - side) // 2
    return grown[trim : trim + side, trim : trim + side]


def disk(radius, alias_sigma):
    reach, taps = (8, 3) if radius <= 8 else (int(radius), 5)
    x, y = np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1))
    flat = np.array(x**2 + y**2 <= radius**2, dtype=np.float32)
    flat /= flat.sum()
    return cv2.GaussianBlur(flat, ksize=(taps, taps), sigmaX=alias_sigma)


def smear(image, radius, sigma, angle_degrees):
    taps = np.arange(2 * int(np.ceil(radius)) + 1)
    weights = np.exp(-(taps**2) / (2 * sigma**2))
    weights /= weights.sum()
    side = image.shape[0]
    angle = np.deg2rad(angle_degrees)
    index = np.arange(side)
    total = np.zeros(image.shape)
    for tap, weight in zip(taps, weights):
        right = int(np.ceil(tap * np.cos(angle) - 0.5))
        down = int(np.ceil(tap * np.sin(angle) - 0.5))
        rows = np.clip(index + down, 0, side - 1)
        columns = np.clip(index + right, 0, side - 1)
        total += weight * image[rows][:, columns]
    return np.uint8(np.floor(total * 257 + 0.5) / 257)


def plasma(size, decay, draws):
    cloud = np.empty((size, size))
    cloud[0, 0] = 0
    step, wibble = size, 100.0

    def jitter(sums):
        return sums / 4 + wibble * draws.uniform(sums.shape, -wibble, wibble)

    while step >= 2:
        half = step // 2
        corners = cloud[0:size:step, 0:size:step]
        pairs = corners + np.roll(corners, -1, 0)
        cloud[half:size:step, half:size:step] = jitter(pairs + np.roll(pairs, -1, 1))
        centres = cloud[half:size:step, half:size:step]
        beside = centres + np.roll(centres, 1, 0)
        cloud[0:size:step, half:size:step] = jitter(beside + (corners + np.roll(corners, -1, 1)))
        above = centres + np.roll(centres, 1, 1)
        cloud[half:size:step, 0:size:step] = jitter(above + (corners + np.roll(corners, -1, 0)))
        step, wibble = half, wibble / decay
    cloud -= cloud.min()
    return cloud / cloud.max()


def gaussian_noise(image, sigma, draws):
    x = unit(image)
    return to_bytes(x + draws.normal(x.shape, 0, sigma))


def shot_noise(image, photons, draws):
    return to_bytes(draws.poisson(unit(image) * photons) / photons)


def impulse_noise(image, amount, draws):
    x = unit(image)
    replaced = draws.uniform(x.shape, 0, 1) <= amount
    salted = draws.uniform(x.shape, 0, 1) <= 0.5
    x[replaced & salted] = 1
    x[replaced & ~salted] = 0
    return to_bytes(x)


def speckle_noise(image, sigma, draws):
    x = unit(image)
    return to_bytes(x + x * draws.normal(x.shape, 0, sigma))


def gaussian_blur(image, sigma, draws):
    return to_bytes(gaussian(unit(image), sigma=sigma, channel_axis=-1))


def glass_blur(image, sigma, reach, iterations, draws):
    x = np.uint8(gaussian(unit(image), sigma=sigma, channel_axis=-1) * 255)
    side = x.shape[0]
    for _ in range(iterations):
        for row in range(side - reach, reach, -1):
            for column in range(side - reach, reach, -1):
                right, down = draws.integers(2, -reach, reach)
                x[row, column] = x[row + down, column + right]  # the reference's swap copies one way
    return to_bytes(gaussian(x / 255.0, sigma=sigma, channel_axis=-1))


def defocus_blur(image, radius, alias_sigma, draws):
    x, kernel = unit(image), disk(radius, alias_sigma)
    return to_bytes(np.stack([cv2.filter2D(x[..., c], -1, kernel) for c in range(3)], -1))


def motion_blur(image, radius, sigma, draws):
    return smear(image, radius, sigma, draws.uniform((), -45, 45))


def zoom_blur(image, step, count, draws):
    x = unit(image).astype(np.float32)
    factors = 1 + np.arange(count) * ((1 + step) - 1)
    total = np.zeros_like(x)
    for factor in factors:
        total += zoom_into_centre(x, factor)
    return to_bytes((x + total) / (count + 1))


def snow(image, mean, deviation, factor, threshold, radius, sigma, kept, draws):
    x = np.array(image, dtype=np.float32) / 255.0
    side = x.shape[0]
    flakes = zoom_into_centre(draws.normal((side, side), mean, deviation)[..., None], factor)[..., 0]
    flakes[flakes < threshold] = 0
    flakes = smear(to_bytes(flakes), radius, sigma, draws.uniform((), -135, -45))[..., None] / 255.0
    grey = cv2.cvtColor(x, cv2.COLOR_RGB2GRAY)[..., None]
    x = kept * x + (1 - kept) * np.maximum(x, grey * 1.5 + 0.5)
    return to_bytes(x + flakes + np.rot90(flakes, k=2))


def frost(image, kept, strength, scale, photographs, draws):
    """`photographs` returns one of the five, RGB, by index; the reference reads it every time."""
    photograph = photographs(int(draws.integers(1, 0, 5)[0]))
    if scale != 1:
        photograph = cv2.resize(photograph, (0, 0), fx=scale, fy=scale)
    side = image.shape[0]
    top = int(draws.integers(1, 0, photograph.shape[0] - side)[0])
    left = int(draws.integers(1, 0, photograph.shape[1] - side)[0])
    crop = photograph[top : top + side, left : left + side]
    return np.uint8(np.clip(kept * image + strength * crop, 0, 255))


def fog(image, thickness, decay, draws):
    x = unit(image)
    side, most = x.shape[0], x.max()
    cloud = plasma(1 << int(np.ceil(np.log2(side))), decay, draws)[:side, :side]
    return to_bytes((x + thickness * cloud[..., None]) * most / (most + thickness))


def brightness(image, addend, draws):
    hsv = rgb2hsv(unit(image))
    hsv[..., 2] = np.clip(hsv[..., 2] + addend, 0, 1)
    return to_bytes(hsv2rgb(hsv))


def saturate(image, multiplier, addend, draws):
    hsv = rgb2hsv(unit(image))
    hsv[..., 1] = np.clip(hsv[..., 1] * multiplier + addend, 0, 1)
    return to_bytes(hsv2rgb(hsv))


def contrast(image, factor, draws):
    x = unit(image)
    mean = np.mean(x, axis=(0, 1), keepdims=True)
    return to_bytes((x - mean) * factor + mean)


def elastic_transform(image, alpha, sigma, reach, draws):
    x = np.array(image, dtype=np.float32) / 255.0
    side = x.shape[0]
    middle, third = side // 2, side // 3
    far, near = middle + third, middle - third
    source = np.float32([[far, far], [far, near], [near, near]])
    moved = source + draws.uniform((3, 2), -reach, reach).astype(np.float32)
    warped = cv2.warpAffine(
        x, cv2.getAffineTransform(source, moved), (side, side), borderMode=cv2.BORDER_REFLECT_101
    )
    if alpha == 0:
        return to_bytes(warped)

    def field():
        noise = draws.uniform((side, side), -1, 1)
        return (gaussian(noise, sigma=sigma, mode="reflect", truncate=3) * alpha).astype(np.float32)

    right, down = field(), field()
    column, row, channel = np.meshgrid(np.arange(side), np.arange(side), np.arange(3))
    where = (row + down[..., None], column + right[..., None], channel)
    return to_bytes(map_coordinates(warped, where, order=1, mode="reflect"))


def pixelate(image, scale, draws):
    side = image.shape[0]
    small = (int(side * scale),) * 2
    return np.array(Image.fromarray(image).resize(small, Image.BOX).resize((side, side), Image.BOX))


def jpeg_compression(image, quality, draws):
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=quality)
    return np.array(Image.open(file))


def spatter(image, mean, deviation, sigma, threshold, strength, is_mud, draws):
    x = np.array(image, dtype=np.float32) / 255.0
    drops = gaussian(draws.normal(x.shape[:2], mean, deviation), sigma=sigma)
    drops[drops < threshold] = 0
    if is_mud:
        mask = gaussian(np.float32(drops > threshold), sigma=strength)
        mask[mask < 0.8] = 0
        colour = np.float32([63, 42, 20]) / np.float32(255) * np.ones_like(x)
        return to_bytes(x * (1 - mask[..., None]) + colour * mask[..., None])
    layer = (drops * 255).astype(np.uint8)
    distance = cv2.distanceTransform(255 - cv2.Canny(layer, 50, 150), cv2.DIST_L2, 5)
    _, distance = cv2.threshold(distance, 20, 20, cv2.THRESH_TRUNC)
    light = cv2.equalizeHist(cv2.blur(distance, (3, 3)).astype(np.uint8))
    emboss = np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]])
    light = cv2.blur(cv2.filter2D(light, cv2.CV_8U, emboss), (3, 3)).astype(np.float32)
    opacity = layer * light
    opacity /= opacity.max()
    opacity *= strength
    water = np.float32([175, 238, 238]) / np.float32(255) * np.ones_like(x)
    return to_bytes(x + opacity[..., None] * water)


def rows(text):
    return [tuple(float(number) for number in row.split()) for row in text.split(",")]


_COMMON = {
    "brightness": rows(".1, .2, .3, .4, .5"),
    "contrast": rows(".4, .3, .2, .1, .05"),
    "zoom_blur": rows(".01 7, .01 12, .01 16, .01 21, .01 26"),
}

TABLES = {
    "cifar": {
        **_COMMON,
        "gaussian_noise": rows(".04, .06, .08, .09, .10"),
        "shot_noise": rows("500, 250, 100, 75, 50"),
        "impulse_noise": rows(".01, .02, .03, .05, .07"),
        "defocus_blur": rows(".3 .4, .4 .5, .5 .6, 1 .2, 1.5 .1"),
        "glass_blur": rows(".05 1 1, .25 1 1, .4 1 1, .25 1 2, .4 1 2"),
        "motion_blur": rows("6 1, 6 1.5, 6 2, 8 2, 9 2.5"),
        "snow": rows(
            ".1 .2 1 .6 8 3 .95, .1 .2 1 .5 10 4 .9, .15 .3 1.75 .55 10 4 .9,"
            ".25 .3 2.25 .6 12 6 .85, .3 .3 1.25 .65 14 12 .8"
        ),
        "frost": rows("1 .2 .2, 1 .3 .2, .9 .4 .2, .85 .4 .2, .75 .45 .2"),
        "fog": rows(".2 3, .5 3, .75 2.5, 1 2, 1.5 1.75"),
        "brightness": rows(".05, .1, .15, .2, .3"),
        "contrast": rows(".75, .5, .4, .3, .15"),
        "elastic_transform": rows("0 0 2.56, 1.6 6.4 2.24, 2.56 1.92 1.92, 3.2 1.28 1.6, 3.2 .96 .96"),
        "pixelate": rows(".95, .9, .85, .75, .65"),
        "jpeg_compression": rows("80, 65, 58, 50, 40"),
        "speckle_noise": rows(".06, .1, .12, .16, .2"),
        "gaussian_blur": rows(".4, .6, .7, .8, 1"),
        "spatter": rows(
            ".62 .1 .7 .7 .5 0, .65 .1 .8 .7 .5 0, .65 .3 1 .69 .5 0,"
            ".65 .1 .7 .69 .6 1, .65 .1 .5 .68 .6 1"
        ),
        "saturate": rows(".3 0, .1 0, 1.5 0, 2 .1, 2.5 .2"),
    },
    "tinyImageNet": {
        **_COMMON,
        "gaussian_noise": rows(".04, .08, .12, .15, .18"),
        "shot_noise": rows("250, 100, 50, 30, 15"),
        "impulse_noise": rows(".01, .02, .05, .08, .14"),
        "defocus_blur": rows(".5 .6, 1 .1, 1.5 .1, 2.5 .01, 3 .1"),
        "glass_blur": rows(".1 1 1, .5 1 1, .6 1 2, .7 2 1, .9 2 2"),
        "motion_blur": rows("10 1, 10 1.5, 10 2, 10 2.5, 12 3"),
        "snow": rows(
            ".1 .2 1 .6 8 3 .8, .1 .2 1 .5 10 4 .8, .15 .3 1.75 .55 10 4 .7,"
            ".25 .3 2.25 .6 12 6 .65, .3 .3 1.25 .65 14 12 .6"
        ),
        "frost": rows("1 .3 .3, .9 .4 .3, .8 .45 .3, .75 .5 .3, .7 .55 .3"),
        "fog": rows(".4 3, .7 3, 1 2.5, 1.5 2, 2 1.75"),
        "elastic_transform": rows("0 0 5.12, 3.2 19.2 3.84, 6.4 5.12 3.84, 6.4 1.92 1.92, 10.24 1.92 1.28"),
        "pixelate": rows(".9, .8, .7, .6, .5"),
        "jpeg_compression": rows("65, 58, 50, 40, 25"),
        "speckle_noise": rows(".15, .2, .25, .3, .35"),
        "gaussian_blur": rows(".5, .75, 1, 1.25, 1.5"),
        "spatter": rows(
            ".62 .1 .7 .7 .6 0, .65 .1 .8 .7 .6 0, .65 .3 1 .69 .6 0,"
            ".65 .1 .7 .68 .6 1, .65 .1 .5 .67 .6 1"
        ),
        "saturate": rows(".3 0, .1 0, 2 0, 5 .1, 30 .2"),
    },
    "imageNet": {
        **_COMMON,
        "gaussian_noise": rows(".08, .12, .18, .26, .38"),
        "shot_noise": rows("60, 25, 12, 5, 3"),
        "impulse_noise": rows(".03, .06, .09, .17, .27"),
        "defocus_blur": rows("3 .1, 4 .5, 6 .5, 8 .5, 10 .5"),
        "glass_blur": rows(".7 1 2, .9 2 1, 1 2 3, 1.1 3 2, 1.5 4 2"),
        "motion_blur": rows("10 3, 15 5, 15 8, 15 12, 20 15"),
        "zoom_blur": rows(".01 12, .01 16, .02 11, .02 13, .03 11"),
        "snow": rows(
            ".1 .3 3 .5 10 4 .8, .2 .3 2 .5 12 4 .7, .55 .3 4 .9 12 8 .7,"
            ".55 .3 4.5 .85 12 8 .65, .55 .3 2.5 .85 12 12 .55"
        ),
        "frost": rows("1 .4 1, .8 .6 1, .7 .7 1, .65 .7 1, .6 .75 1"),
        "fog": rows("1.5 2, 2 2, 2.5 1.7, 2.5 1.5, 3 1.4"),
        "elastic_transform": rows(
            "488 170.8 24.4, 488 19.52 48.8, 12.2 2.44 4.88, 17.08 2.44 4.88, 29.28 2.44 4.88"
        ),
        "pixelate": rows(".6, .5, .4, .3, .25"),
        "jpeg_compression": rows("25, 18, 15, 10, 7"),
        "speckle_noise": rows(".15, .2, .35, .45, .6"),
        "gaussian_blur": rows("1, 2, 3, 4, 6"),
        "spatter": rows(
            ".65 .3 4 .69 .6 0, .65 .3 3 .68 .6 0, .65 .3 2 .68 .5 0,"
            ".65 .3 1 .65 1.5 1, .67 .4 1 .65 1.5 1"
        ),
        "saturate": rows(".3 0, .1 0, 2 0, 5 .1, 20 .2"),
    },
}

NAMES = [
    "gaussian_noise", "shot_noise", "impulse_noise", "defocus_blur", "glass_blur", "motion_blur",
    "zoom_blur", "snow", "frost", "fog", "brightness", "contrast", "elastic_transform", "pixelate",
    "jpeg_compression", "speckle_noise", "gaussian_blur", "spatter", "saturate",
]  # fmt: skip

_WHOLE = {"glass_blur": (1, 2), "zoom_blur": (1,), "jpeg_compression": (0,)}


def corrupt(image, table, name, severity, draws, photographs=None):
    """One image under one corruption; `photographs` is needed by frost only."""
    numbers = list(TABLES[table][name][severity - 1])
    for at in _WHOLE.get(name, ()):
        numbers[at] = int(numbers[at])
    if name == "frost":
        numbers.append(photographs)
    return globals()[name](image, *numbers, draws)
