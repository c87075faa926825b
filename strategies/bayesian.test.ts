import test from "ava";
import { strategyContract } from "../src/testing/strategy-contract.ts";
import { bayesian } from "./bayesian.ts";

strategyContract(test, "bayesian", bayesian, { fingerprint: "?" });
