"""A linear SVM by the primal and by the dual: how does training time grow with the instances?"""

from time import process_time

from sklearn.datasets import make_classification
from sklearn.svm import SVC, LinearSVC

X, y = make_classification(8000, 20, n_informative=10, flip_y=0.1, random_state=0)


def seconds(model, m):
    """Return the processor time of training on m instances, the least of two runs."""
    times = []
    for _ in range(2):
        start = process_time()
        model.fit(X[:m], y[:m])
        times.append(process_time() - start)
    return min(times)


primal, dual = LinearSVC(dual=False), SVC(kernel="linear", C=0.1)
dual_linear = LinearSVC(dual=True, C=0.1, max_iter=10_000, random_state=0)
print("primal", seconds(primal, 8000) / seconds(primal, 2000))
print("dual", seconds(dual, 8000) / seconds(dual, 2000))
print("dual-linear", seconds(dual_linear, 8000) / seconds(dual_linear, 2000))
