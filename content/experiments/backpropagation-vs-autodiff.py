"""Gradients from a reverse pass and from nudging: time in forward passes, and errors in 32-bit floats."""

from time import perf_counter

import numpy as np
from threadpoolctl import threadpool_limits

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(5000, 10)), rng.normal(size=(5000, 3))
PARAMS = [0.3 * rng.normal(size=shape) for shape in ((10, 50), (50,), (50, 3), (3,))]


def forward(params, X, Y):
    """Return the cost, the outputs of the hidden layer and the errors."""
    W_h, b_h, W_o, b_o = params
    H = np.maximum(X @ W_h + b_h, 0)
    error = H @ W_o + b_o - Y
    return np.square(error).mean(), H, error


def gradients(params, X, Y):
    """Return all gradients, from a forward and a reverse pass."""
    _, H, error = forward(params, X, Y)
    error *= 2 / error.size
    below = (error @ params[2].T) * (H > 0)
    return X.T @ below, below.sum(axis=0), H.T @ error, error.sum(axis=0)


def nudged(params, X, Y, step):
    """Return the gradients of the weights of the output layer, from two forward passes each."""
    result = np.zeros_like(params[2])
    for i in np.ndindex(result.shape):
        costs = []
        for signed in (step, -step):
            changed = [param.copy() for param in params]
            changed[2][i] += signed
            costs.append(forward(changed, X, Y)[0])
        result[i] = (costs[0] - costs[1]) / (2 * step)
    return result


def seconds(function):
    """Return the least time of 200 calls."""
    times = []
    for _ in range(200):
        start = perf_counter()
        function(PARAMS, X, Y)
        times.append(perf_counter() - start)
    return min(times)


with threadpool_limits(1):
    print("passes", seconds(gradients) / seconds(forward))
exact = gradients(PARAMS, X, Y)[2]
single = [param.astype(np.float32) for param in PARAMS], X.astype(np.float32), Y.astype(np.float32)
found = {"tiny": nudged(*single, 1e-6), "larger": nudged(*single, 1e-3), "reverse": gradients(*single)[2]}
for name, each in found.items():
    print(name, 100 * np.abs(each - exact).max() / np.abs(exact).max())
