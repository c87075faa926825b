import hpo.sklearn
from sklearn.datasets import make_classification
from sklearn.linear_model import SGDClassifier

trial = hpo.trial({"lr": 0.1})
x, y = make_classification(400, 20, random_state=0)
model = SGDClassifier(learning_rate="constant", eta0=trial["lr"], max_iter=5, tol=None, random_state=0)
hpo.sklearn.cross_validate(model, x, y, cv=4, scoring="accuracy")
