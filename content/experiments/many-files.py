"""Sorted labels behind a shuffling buffer: how many of the ten classes are in a batch?"""

import numpy as np

RECORDS, BUFFER, BATCH, FILES = np.repeat(np.arange(10), 6000), 1000, 32, 100
rng = np.random.default_rng(0)


def buffered(records, size):
    """Yield the records through a shuffling buffer of this size, as tf.data does."""
    buffer = list(records[:size])
    for record in records[size:]:
        i = rng.integers(size)
        yield buffer[i]
        buffer[i] = record
    rng.shuffle(buffer)
    yield from buffer


def classes(records, size):
    """Return the mean number of classes in a batch."""
    batches = np.array(list(buffered(records, size))).reshape(-1, BATCH)
    return np.mean([len(set(batch)) for batch in batches])


def interleaved(files, cycle):
    """Read this number of files in turn, then the next ones."""
    return np.concatenate([files[i : i + cycle].T.ravel() for i in range(0, len(files), cycle)])


files = rng.permutation(RECORDS.reshape(FILES, -1))
print("buffer", classes(RECORDS, BUFFER))
print("files", classes(files.ravel(), BUFFER))
print("interleaved", classes(interleaved(files, 10), BUFFER))
print("full", classes(RECORDS, len(RECORDS)))
