"""Decision Trees on raw and on standardized features: the same trees, the same predictions?"""

from sklearn.datasets import make_classification
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

X, y = make_classification(20_000, 20, n_informative=10, flip_y=0.1, random_state=0)
X *= range(1, 21)
raw = DecisionTreeClassifier(max_depth=5, random_state=0).fit(X[:10_000], y[:10_000])
scaled = make_pipeline(StandardScaler(), DecisionTreeClassifier(max_depth=5, random_state=0)).fit(
    X[:10_000], y[:10_000]
)
deeper = DecisionTreeClassifier(max_depth=10, random_state=0).fit(X[:10_000], y[:10_000])
X, y = X[10_000:], y[10_000:]
print("same", 100 * (raw.predict(X) == scaled.predict(X)).mean())
print("raw", 100 * raw.score(X, y))
print("scaled", 100 * scaled.score(X, y))
print("deeper", 100 * deeper.score(X, y))
