// Prints, and reads what WASI grants: arguments, a variable, standard input, a file. Ends with status 7.
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    printf("hello, %s: %d arguments\n", "world", argc - 1);
    for (int i = 1; i < argc; i++)
        printf("%d %s\n", i, argv[i]);
    const char *who = getenv("WHO");
    printf("WHO is %s\n", who ? who : "nobody");
    char line[64];
    while (fgets(line, sizeof line, stdin))
        printf("read %s", line);
    FILE *file = fopen("/data/numbers", "r");
    if (!file) {
        perror("numbers");
        return 3;
    }
    long sum = 0, number;
    while (fscanf(file, "%ld", &number) == 1)
        sum += number;
    printf("sum %05ld|%-5lx|\n", sum, sum);
    fclose(file);
    file = fopen("/data/answer", "w");
    if (!file || fprintf(file, "%ld\n", sum) < 0 || fclose(file) != 0)
        return 4;
    return 7;
}
