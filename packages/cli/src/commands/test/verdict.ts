export { judgeTests } from "@llorch/toolchain/declarations";
