"""A Hydra app, swept by hpo in a process of its own: what it is given as arguments."""
import hydra
from omegaconf import DictConfig


@hydra.main(version_base=None, config_path=None)
def main(config: DictConfig) -> float:
    if config.width == 48 and config.get("fails", False):
        raise ValueError("48 is too wide")
    return abs(config.width - 32) + (0 if config.note == "a,b" else 1) + config.lr


if __name__ == "__main__":
    main()
