import os

os.environ.setdefault("KERAS_BACKEND", "torch")
import hpo.keras
import keras
import numpy as np

trial = hpo.trial({"lr": 0.1})
keras.utils.set_random_seed(trial.seed)
x = np.random.default_rng(0).normal(size=(256, 4))
y = x.sum(axis=1)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(trial["lr"]), loss="mse")
model.fit(x, y, epochs=5, validation_split=0.25, callbacks=[hpo.keras.Report("val_loss")])
