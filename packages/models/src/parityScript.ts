/** The script that `apr model check` runs in Python: `python checkParity.py REQUEST RESPONSE`. */
export const parityScript = new URL("../python/checkParity.py", import.meta.url);
