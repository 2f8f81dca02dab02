"""Q-Learning and SARSA on a cliff: the rewards of an episode during training, and without exploration afterward."""

import random

COLUMNS, AGENTS, EPISODES = 12, 20, 500
START, GOAL = (3, 0), (3, COLUMNS - 1)
MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))


def step(state, action):
    """Return the next state and the reward; the cliff is in the lowest row, between start and goal."""
    row = min(max(state[0] + MOVES[action][0], 0), 3)
    column = min(max(state[1] + MOVES[action][1], 0), COLUMNS - 1)
    if row == 3 and 0 < column < COLUMNS - 1:
        return START, -100
    return (row, column), -1


def choose(values, explore, rng):
    """Return the best action, a random one if several are best; explore with this probability."""
    if rng.random() < explore:
        return rng.randrange(4)
    return max(range(4), key=lambda action: (values[action], rng.random()))


def train(on_policy, seed):
    """Return the mean reward of the last 100 episodes, and that of an episode without exploration."""
    rng, totals = random.Random(seed), []  # noqa: S311
    Q = {(row, column): [0.0] * 4 for row in range(4) for column in range(COLUMNS)}
    for _ in range(EPISODES):
        state, total = START, 0
        action = choose(Q[state], 0.1, rng)
        while state != GOAL:
            after, reward = step(state, action)
            planned = choose(Q[after], 0.1, rng)
            value = Q[after][planned] if on_policy else max(Q[after])
            Q[state][action] += 0.5 * (reward + value - Q[state][action])
            state, total = after, total + reward
            action = planned if on_policy else choose(Q[after], 0.1, rng)
        totals.append(total)
    state, greedy = START, 0
    while state != GOAL and greedy > -1000:
        state, reward = step(state, choose(Q[state], 0, rng))
        greedy += reward
    return sum(totals[-100:]) / 100, greedy


for name, on_policy in (("q", False), ("sarsa", True)):
    training, greedy = zip(*(train(on_policy, seed) for seed in range(AGENTS)), strict=True)
    print(f"{name}-training", sum(training) / AGENTS)
    print(f"{name}-greedy", sorted(greedy)[AGENTS // 2])
