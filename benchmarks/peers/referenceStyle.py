"""The reference-style side of "corruptions"; protocol in serve.py.

    python referenceStyle.py IMAGES.u8 SIDE [FROST]

IMAGES.u8 holds RGB bytes, FROST the five photographs, which are read each time, as the reference does. A candidate is
a corruption's name: every image at every severity. One thread, as NumPy and the reference have it.
"""

import pathlib
import sys

sys.dont_write_bytecode = True
here = pathlib.Path(__file__).parent
sys.path.append(str(here.parent.parent / "packages" / "corruptions" / "test" / "reference"))

import cv2  # noqa: E402
import numpy as np  # noqa: E402
from serve import serve  # noqa: E402

import corruptions  # noqa: E402

TABLES = {32: "cifar", 64: "tinyImageNet", 224: "imageNet"}
FROST = ["frost1.png", "frost2.png", "frost3.png", "frost4.jpg", "frost5.jpg"]


def main():
    file, side, *frost = sys.argv[1:]
    images = np.fromfile(file, np.uint8).reshape(-1, int(side), int(side), 3)
    draws = corruptions.NumpyDraws(1)

    def photograph(k):
        return cv2.imread(str(pathlib.Path(frost[0]) / FROST[k]))[..., ::-1]

    def candidate(name):
        def run():
            for severity in range(1, 6):
                for image in images:
                    corruptions.corrupt(image, TABLES[int(side)], name, severity, draws, photograph)

        return run

    serve(f"NumPy {np.__version__}, OpenCV {cv2.__version__}", candidate)


if __name__ == "__main__":
    main()
