/*
 * The interconnect of a Rosebud core, played from a script, so that the firmware runs in QEMU as it is.
 *
 * The driver's register accesses come here. Frames come in as the script says, and what the firmware sends
 * is written to a file. Like the interconnect, the stub reads a frame some time after its descriptor was
 * written, so memory that is used again too early shows; and it stops with a message when the firmware
 * sends out of a slot that it does not own, or out of memory that the DMA engine does not reach.
 *
 * The script, a command a line. The next one is taken when the firmware has had nothing to do for a while:
 *   time TICK          the clock jumps to this tick
 *   frame PORT HEX     a frame comes in; blanks in HEX are for the reader
 *   evict              the host asks the core to leave
 *   counter NAME       the host reads one of the counters below
 * Comments and commands come out again as they are (of a frame the port), each followed by what the firmware did:
 *   send PORT HEX, drop, ready to evict, and the value behind a counter's name
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "redplane.h"
#include "regs.h"
#include "semihosting.h"
#include "stack.h"

#define SLOTS_MAX 32u
#define QUEUE_MAX 16u
#define FRAME_MAX 9216u
#define HEADER_COPY 128u
#define PMEM_START 0x01000000u
#define PMEM_END 0x01100000u
#define NOTHING 0xffffffffu

/* How often the firmware looks for a frame in vain before it is taken to have nothing to do. */
#define QUIET_TURNS 4u

struct descriptor {
    uint32_t low, high;
};

static const struct {
    const char *name;
    uint32_t word;
} counters[] = {
    {"malformed", RP_REASON_MALFORMED},
    {"lease_requested", RP_EVENTS_AT + RP_EVENT_LEASE_REQUESTED},
    {"read_forwarded", RP_EVENTS_AT + RP_EVENT_READ_FORWARDED},
    {"write_released", RP_EVENTS_AT + RP_EVENT_WRITE_RELEASED},
    {"resent", RP_EVENTS_AT + RP_EVENT_RESENT},
    {"give_up_confirmed", RP_EVENTS_AT + RP_EVENT_GIVE_UP_CONFIRMED},
    {"messages_sent", RP_DEVICE_AT + RP_DEVICE_MESSAGES_SENT},
};

static char arguments[256];
static char script[1 << 19];
static const char *cursor; /* the next command; null before the first */
static int output;

static uint32_t tick;
static uint32_t slot_count, slot_size, slot_register, slot_address[SLOTS_MAX + 1], header_address[SLOTS_MAX + 1];
static bool slot_busy[SLOTS_MAX + 1];
static struct descriptor received, written, queue[QUEUE_MAX];
static bool is_received;
static uint32_t queued, quiet_turns;
static uint32_t flags, asked = NOTHING, answer, answered = NOTHING;

void trap_vector(void);
extern uint32_t __stack_bottom[], __stack_top[];

/* ---- text ---- */

static void print(const char *text, uint32_t length)
{
    host_write(output, text, length);
}

static void print_text(const char *text)
{
    uint32_t length = 0;
    while (text[length] != 0)
        length += 1;
    print(text, length);
}

static const char *decimal(uint32_t value)
{
    static char digits[11];
    char *first = &digits[10];
    do {
        first -= 1;
        *first = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    return first;
}

static _Noreturn void fail(const char *why, uint32_t number)
{
    host_print("stub: ");
    host_print(why);
    host_print(" ");
    host_print(decimal(number));
    host_print("\n");
    host_exit(1);
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static uint32_t number_at(const char **at)
{
    uint32_t value = 0;
    while (**at == ' ')
        *at += 1;
    if (**at < '0' || **at > '9')
        fail("number expected at character", (uint32_t)(*at - script));
    for (; **at >= '0' && **at <= '9'; *at += 1)
        value = value * 10 + (uint32_t)(**at - '0');
    return value;
}

static bool starts_with(const char **at, const char *word)
{
    const char *next = *at;
    for (; *word != 0; word += 1, next += 1)
        if (*next != *word)
            return false;
    *at = next;
    return true;
}

/* ---- frames ---- */

static void frame_arrives(uint32_t port, const char *hex)
{
    uint32_t slot = 1;
    while (slot <= slot_count && slot_busy[slot])
        slot += 1;
    if (slot > slot_count)
        fail("no free slot out of", slot_count);

    uint8_t *data = (uint8_t *)slot_address[slot];
    uint8_t *header = (uint8_t *)header_address[slot];
    uint32_t length = 0;
    for (; *hex != 0 && *hex != '\n'; hex += 1) {
        if (*hex == ' ')
            continue;
        if (hex_digit(hex[0]) < 0 || hex_digit(hex[1]) < 0 || length == FRAME_MAX)
            fail("bad frame at character", (uint32_t)(hex - script));
        data[length] = (uint8_t)(hex_digit(hex[0]) << 4 | hex_digit(hex[1]));
        if (length < HEADER_COPY)
            header[length] = data[length];
        length += 1;
        hex += 1;
    }
    slot_busy[slot] = true;
    received.low = port << 24 | slot << 16 | length;
    received.high = (uint32_t)data;
    is_received = true;
}

static void frame_leaves(struct descriptor sent)
{
    uint32_t length = sent.low & 0xffff, slot = sent.low >> 16 & 0xff, port = sent.low >> 24;
    static char line[2 * FRAME_MAX + 1];

    if (slot > slot_count || (slot != 0 && !slot_busy[slot]))
        fail("sent out of a slot that is not the firmware's:", slot);
    slot_busy[slot] = false;
    if (length == 0) {
        print_text("drop\n");
        return;
    }
    if (slot != 0 && (sent.high ^ slot_address[slot]) >= slot_size)
        fail("sent from outside of its slot:", slot);
    if (sent.high < PMEM_START || sent.high + length > PMEM_END || length > FRAME_MAX)
        fail("sent out of memory that is not packet memory:", sent.high);

    const uint8_t *data = (const uint8_t *)sent.high;
    for (uint32_t i = 0; i < length; i += 1) {
        line[2 * i] = "0123456789abcdef"[data[i] >> 4];
        line[2 * i + 1] = "0123456789abcdef"[data[i] & 15];
    }
    line[2 * length] = '\n';
    print_text("send ");
    print_text(decimal(port));
    print_text(" ");
    print(line, 2 * length + 1);
}

static void first_frame_leaves(void)
{
    struct descriptor first = queue[0];
    queued -= 1;
    for (uint32_t i = 0; i < queued; i += 1)
        queue[i] = queue[i + 1];
    frame_leaves(first);
}

/* ---- interrupts ---- */

/* The machine has no interrupt controller; the supervisor's software interrupt is one that the core can raise itself. */
#define SOFTWARE_INTERRUPT (1u << 1)

static void wire_interrupts(void)
{
    __asm__ volatile(".option push\n"
                     ".option arch, +zicsr\n"
                     "csrw mtvec, %0\n"
                     "csrs mie, %1\n"
                     ".option pop\n"
                     :
                     : "r"(trap_vector), "r"(SOFTWARE_INTERRUPT));
}

static void set_interrupt(bool on)
{
    if (on)
        __asm__ volatile(".option push\n.option arch, +zicsr\ncsrs mip, %0\n.option pop" : : "r"(SOFTWARE_INTERRUPT));
    else
        __asm__ volatile(".option push\n.option arch, +zicsr\ncsrc mip, %0\n.option pop" : : "r"(SOFTWARE_INTERRUPT));
}

/* ---- the script ---- */

static void print_stack_used(const char *when)
{
    const uint32_t *deepest = __stack_bottom;
    if (*deepest != STACK_FILL)
        fail("the stack has overflowed; bytes that it had:", (uint32_t)(__stack_top - __stack_bottom) * 4);
    while (*deepest == STACK_FILL)
        deepest += 1;
    host_print("stack used ");
    host_print(when);
    host_print(decimal((uint32_t)(__stack_top - deepest) * 4));
    host_print(" bytes\n");
}

static void start(void)
{
    host_arguments(arguments, sizeof arguments);
    char *input_name = arguments, *output_name = arguments;
    while (*input_name != 0 && *input_name != ' ')
        input_name += 1;
    if (*input_name != 0)
        input_name += 1;
    for (output_name = input_name; *output_name != 0 && *output_name != ' ';)
        output_name += 1;
    if (*output_name != 0) {
        *output_name = 0;
        output_name += 1;
    }

    int input = host_open(input_name, HOST_READ);
    output = host_open(output_name, HOST_WRITE);
    if (input < 0 || output < 0)
        fail("cannot open the files named; files:", 2);
    size_t length = host_read(input, script, sizeof script);
    if (length == sizeof script)
        fail("script longer than", sizeof script - 1);
    cursor = script;

    print_stack_used("at start: ");
    for (uint32_t *word = __stack_bottom; word < (uint32_t *)__builtin_frame_address(0) - 64; word += 1)
        *word = STACK_FILL; /* what is in use is above, and this function needs no more than that */
}

static _Noreturn void end(void)
{
    uint32_t busy = 0;
    for (uint32_t slot = 1; slot <= slot_count; slot += 1)
        busy += slot_busy[slot];
    print_text("slots in use ");
    print_text(decimal(busy));
    print_text("\n");
    print_stack_used("by the script: ");
    host_exit(0);
}

/* The host would like to see the counter whose name is here. */
static void ask(const char *name)
{
    for (uint32_t i = 0; i < sizeof counters / sizeof counters[0]; i += 1) {
        const char *after = name;
        if (starts_with(&after, counters[i].name) && *after == '\n')
            asked = counters[i].word;
    }
    if (asked == NOTHING)
        fail("unknown counter at character", (uint32_t)(name - script));
}

static void next_command(void)
{
    if (asked != NOTHING) {
        if (answered != asked)
            fail("the firmware did not show word", asked);
        print_text(decimal(answer));
        print_text("\n");
        asked = NOTHING;
    }

    const char *line = cursor, *after = cursor;
    if (*line == 0)
        end();
    while (*cursor != 0 && *cursor != '\n')
        cursor += 1;
    if (*cursor != 0)
        cursor += 1;

    if (starts_with(&after, "frame ")) {
        uint32_t port = number_at(&after);
        frame_arrives(port, after);
        print(line, (uint32_t)(after - line));
        print_text("\n");
        return;
    }
    if (starts_with(&after, "counter ")) {
        ask(after);
        print(line, (uint32_t)(cursor - line - 1));
        print_text(" ");
        return;
    }
    print(line, (uint32_t)(cursor - line));
    if (starts_with(&after, "time ")) {
        tick = number_at(&after);
    } else if (starts_with(&after, "evict")) {
        flags |= INT_EVICT;
        set_interrupt(true);
    } else if (*line != '#' && *line != '\n') {
        fail("unknown command at character", (uint32_t)(line - script));
    }
}

/* The firmware looks for a frame. */
static uint32_t status(void)
{
    if (cursor == NULL)
        start();
    if (!is_received) {
        quiet_turns += 1;
        if (quiet_turns >= QUIET_TURNS) {
            quiet_turns = 0;
            while (queued != 0)
                first_frame_leaves();
            next_command();
        }
    }
    return is_received;
}

/* ---- the registers ---- */

uint32_t reg_read(uint32_t offset)
{
    switch (offset) {
    case REG_STATUS:
        return status();
    case REG_RECV_LOW:
        return received.low;
    case REG_RECV_HIGH:
        return received.high;
    case REG_TIMER_LOW:
        return tick << 6;
    case REG_TIMER_HIGH:
        return tick >> 26;
    case REG_FLAGS:
        return flags;
    case REG_CORE_ID:
        return 0;
    case REG_DEBUG_IN_LOW:
        return asked;
    case REG_DEBUG_IN_HIGH:
        return 1; /* boot number */
    default:
        fail("read of register", offset);
    }
}

void reg_write(uint32_t offset, uint32_t value)
{
    switch (offset) {
    case REG_SEND_LOW:
        written.low = value;
        break;
    case REG_SEND_HIGH:
        written.high = value;
        break;
    case REG_SEND_TYPE:
        if (value == SEND_SLOT_COUNT) {
            slot_count = written.low >> 16 & 0xff;
            slot_size = written.low & 0xffff;
            break;
        }
        if (queued == QUEUE_MAX) /* the core would wait here until there is room */
            first_frame_leaves();
        queue[queued] = written;
        queued += 1;
        quiet_turns = 0;
        break;
    case REG_SLOT:
        slot_register = value;
        break;
    case REG_SLOT_STROBE: {
        uint32_t slot = slot_register >> 24 & 0x7f;
        if (slot == 0 || slot > SLOTS_MAX)
            fail("there is no slot", slot);
        if (slot_register >> 31)
            header_address[slot] = slot_register & 0x00ffffff;
        else
            slot_address[slot] = PMEM_START | (slot_register & 0x00ffffff);
        break;
    }
    case REG_RECV_RELEASE:
        is_received = false;
        quiet_turns = 0;
        break;
    case REG_MASK_WRITE:
        wire_interrupts();
        break;
    case REG_INT_ACK:
        flags &= ~value;
        set_interrupt(false);
        break;
    case REG_READY_TO_EVICT:
        print_text("ready to evict\n");
        break;
    case REG_DEBUG_OUT_HIGH:
        answer = value;
        break;
    case REG_DEBUG_OUT_LOW:
        if (value >> 24 == 0xfa)
            fail("exception, cause", value & 0xff);
        answered = value;
        break;
    default:
        fail("write of register", offset);
    }
}
