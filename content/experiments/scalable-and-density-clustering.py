"""How many subclusters does BIRCH need to summarize 2,000 instances with few and with many features?"""

from sklearn.cluster import Birch
from sklearn.datasets import make_blobs


def subclusters(features):
    """Return their number."""
    X, _ = make_blobs(2_000, n_features=features, centers=20, random_state=0)
    return len(Birch(n_clusters=None).fit(X).subcluster_centers_)


print("flat", subclusters(2))
print("wide", subclusters(50))
