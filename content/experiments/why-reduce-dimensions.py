"""PCA before two classifiers of handwritten digits: does training get faster, and what does it cost?"""

from time import process_time

from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC

X, X_test, y, y_test = train_test_split(*load_digits(return_X_y=True), random_state=0)
pca = PCA(0.9).fit(X)
Z, Z_test = pca.transform(X), pca.transform(X_test)


def tried(model, X, X_test):
    """Return the least processor time of three runs of training, and the accuracy in percent."""
    times = []
    for _ in range(3):
        start = process_time()
        model.fit(X, y)
        times.append(process_time() - start)
    return min(times), 100 * model.score(X_test, y_test)


print("features", pca.n_components_)
forest = RandomForestClassifier(200, random_state=0)
(raw, before), (reduced, after) = tried(forest, X, X_test), tried(forest, Z, Z_test)
print("forest-time", reduced / raw)
print("forest-before", before)
print("forest-after", after)
(raw, before), (reduced, after) = tried(SVC(), X, X_test), tried(SVC(), Z, Z_test)
print("svm-time", raw / reduced)
print("svm-before", before)
print("svm-after", after)
