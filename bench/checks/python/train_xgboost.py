import hpo.xgboost
import xgboost as xgb
from sklearn.datasets import make_regression

trial = hpo.trial({"lr": 0.1})
x, y = make_regression(400, 10, random_state=0)
xgb.train(
    {"eta": trial["lr"], "nthread": 1},
    xgb.DMatrix(x[:300], y[:300]),
    num_boost_round=20,
    evals=[(xgb.DMatrix(x[300:], y[300:]), "valid")],
    verbose_eval=False,
    callbacks=[hpo.xgboost.Report("valid", "rmse")],
)
