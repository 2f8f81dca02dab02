"""A forest and boosting on one processor: how many would the forest need to be as fast, and which is more accurate?"""

from time import process_time

from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.model_selection import train_test_split
from threadpoolctl import threadpool_limits

X, y = make_classification(40_000, 20, n_informative=15, n_clusters_per_class=4, flip_y=0.02, random_state=0)
X, X_test, y, y_test = train_test_split(X, y, random_state=0)


def tried(model):
    """Return the processor time of training, and the accuracy in percent."""
    start = process_time()
    model.fit(X, y)
    return process_time() - start, 100 * model.score(X_test, y_test)


with threadpool_limits(1):
    forest = tried(RandomForestClassifier(100, random_state=0))
    boosting = tried(HistGradientBoostingClassifier(max_iter=100, random_state=0))
print("times", forest[0] / boosting[0])
print("forest", forest[1])
print("boosting", boosting[1])
