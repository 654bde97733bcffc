/* What start.S fills the stack with, so that its deepest use can be read afterwards. */
#define STACK_FILL 0x5afe57ac
