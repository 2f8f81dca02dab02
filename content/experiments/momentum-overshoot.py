"""A valley of two slopes: how many steps does momentum need, and how often does it pass the minimum?"""

import numpy as np


def steps(beta, most=3_000_000):
    """Return the steps until the parameters stay within 0.1% of the start, and how often the steep one passes 0."""
    slopes, theta, m = (1.0, 0.01), [1.0, 1.0], [0.0, 0.0]
    last, crossings = 0, 0
    for step in range(1, most + 1):
        before = theta[0]
        m = [beta * old - 0.1 * slope * place for old, slope, place in zip(m, slopes, theta, strict=True)]
        theta = [place + move for place, move in zip(theta, m, strict=True)]
        crossings += before * theta[0] < 0
        if max(map(abs, theta)) > 1e-3:
            last = step
        if step > 2 * last + 2000:
            break
    return last, crossings


plain, usual, high = steps(0.0), steps(0.9), steps(0.99999)
print("plain", plain[0])
print("usual", usual[0])
print("high", high[0])
print("crossings", np.round(high[1]))
