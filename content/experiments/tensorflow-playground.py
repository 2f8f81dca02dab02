"""Of 100 random starts, how many networks with a small hidden layer solve exclusive or and the circle?"""

import numpy as np

RUNS, STEPS, RATE = 100, 1500, 0.05
rng = np.random.default_rng(0)


def solved(X, y, neurons):
    """Return how many of the networks get all instances right after training with Adam."""
    shapes = ((RUNS, 2, neurons), (RUNS, 1, neurons), (RUNS, neurons, 1), (RUNS, 1, 1))
    params = [rng.normal(size=shape) / np.sqrt(shape[1]) if shape[1] > 1 else np.zeros(shape) for shape in shapes]
    means, squares = [np.zeros(shape) for shape in shapes], [np.zeros(shape) for shape in shapes]
    for step in range(1, STEPS + 1):
        W, b, v, c = params
        z = X @ W + b
        hidden = np.maximum(z, 0)
        probability = 1 / (1 + np.exp(-(hidden @ v + c)))
        error = (probability - y) / len(X)
        back = error @ v.transpose(0, 2, 1) * (z > 0)
        gradients = (
            X.T @ back,
            back.sum(axis=1, keepdims=True),
            hidden.transpose(0, 2, 1) @ error,
            error.sum(axis=1, keepdims=True),
        )
        for i, gradient in enumerate(gradients):
            means[i] = 0.9 * means[i] + 0.1 * gradient
            squares[i] = 0.999 * squares[i] + 0.001 * gradient**2
            rate = RATE * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
            params[i] = params[i] - rate * means[i] / (np.sqrt(squares[i]) + 1e-8)
    return ((probability > 0.5) == y).all(axis=(1, 2)).sum()


square = rng.choice([-1, 1], (100, 2)) * rng.uniform(0.1, 1, (100, 2))
inner = np.arange(100)[:, None] < 50
radius = np.where(inner, rng.uniform(0, 0.5, (100, 1)), rng.uniform(0.8, 1.2, (100, 1)))
angle = rng.uniform(0, 2 * np.pi, (100, 1))
circle = 2 * radius * np.hstack([np.cos(angle), np.sin(angle)])
for neurons in (2, 3, 4, 8):
    print(f"xor-{neurons}", solved(square, square.prod(axis=1, keepdims=True) > 0, neurons))
for neurons in (3, 4, 8):
    print(f"circle-{neurons}", solved(circle, inner, neurons))
