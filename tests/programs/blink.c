// Blinks once a second, and says on the serial line how often. The names are those of wasm3-arduino.

#define ARDUINO(name) __attribute__((import_module("arduino"), import_name(name)))

ARDUINO("getPinLED") unsigned getPinLED(void);
ARDUINO("pinMode") void pinMode(unsigned pin, unsigned mode);
ARDUINO("digitalWrite") void digitalWrite(unsigned pin, unsigned level);
ARDUINO("delay") void delay(unsigned milliseconds);
ARDUINO("print") void print(const char *text, unsigned bytes);

enum { OUTPUT = 1, PERIOD = 1000 };

void _start(void) {
    unsigned led = getPinLED();
    char text[] = "blink 0\n";
    pinMode(led, OUTPUT);
    for (unsigned count = 0;; count++) {
        text[6] = '0' + count % 10;
        print(text, sizeof text - 1);
        digitalWrite(led, 1);
        delay(PERIOD / 10);
        digitalWrite(led, 0);
        delay(PERIOD - PERIOD / 10);
    }
}
