import test from "ava";
import { freeSubnet } from "./places.ts";

// A developer would miss: a campaign that runs beside another one, and after one that was killed.

test("a campaign takes addresses that nothing on this machine has", (t) => {
  const loopback = "1: lo    inet 127.0.0.1/8 scope host lo\n";
  const left = "9: hpobr01    inet 10.209.0.1/24 scope global hpobr01\n";
  t.is(freeSubnet(loopback), "10.209.0");
  t.is(freeSubnet(loopback + left), "10.209.1");
  const all = Array.from({ length: 256 }, (_, index) => ` 10.209.${index}.1/24`).join("\n");
  t.throws(() => freeSubnet(all), { message: /is taken. Remove what is left/ });
});
