"""A corridor with a reward at its end alone, and with rewards for progress: steps of Q-Learning."""

import random

import numpy as np

AGENTS, EPISODES = 50, 20


def steps(places, progress, seed):
    """Return the number of steps of each episode; progress is what each step forward earns, or back costs."""
    rng = random.Random(seed)  # noqa: S311
    Q, counts = [[0.0, 0.0] for _ in range(places)], []
    for _ in range(EPISODES):
        place = count = 0
        while place < places - 1:
            back, forth = Q[place]
            forward = rng.random() < 0.5 if back == forth or rng.random() < 0.1 else forth > back
            after = max(0, place + (1 if forward else -1))
            reward = (after == places - 1) + progress * (after - place)
            value = 0 if after == places - 1 else 0.99 * max(Q[after])
            Q[place][forward] += 0.5 * (reward + value - Q[place][forward])
            place, count = after, count + 1
        counts.append(count)
    return counts


for places in (11, 31):
    for name, progress in (("end", 0), ("progress", 0.05)):
        means = np.mean([steps(places, progress, seed) for seed in range(AGENTS)], axis=0)
        print(f"{name}-{places - 1}-first", means[0])
        print(f"{name}-{places - 1}-all", means.sum())
