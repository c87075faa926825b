import hpo.lightgbm
import lightgbm as lgb
from sklearn.datasets import make_regression

trial = hpo.trial({"lr": 0.1})
x, y = make_regression(400, 10, random_state=0)
train = lgb.Dataset(x[:300], y[:300])
options = {"learning_rate": trial["lr"], "metric": ["l2", "l1"], "verbosity": -1, "num_threads": 1}
lgb.train(
    options,
    train,
    num_boost_round=20,
    valid_sets=[train.create_valid(x[300:], y[300:])],
    callbacks=[hpo.lightgbm.report("l2", every=5)],
)
