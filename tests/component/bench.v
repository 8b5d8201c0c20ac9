// Runs the design and prints what happens, a line each. It answers imported functions over the registers, with their first
// argument times three and one more. With `+halt=CYCLES`, it ends a call after so many, looks whether the component
// refuses other registers until then, and `+start=FUNCTION` calls a function behind the list.
module bench;
`include "wafer_core.vh"
    reg clock = 0, reset = 1;
    reg cyc = 0, we = 0;
    reg [5:0] adr = 0;
    reg [31:0] dat = 0;
    wire [31:0] dat_read;
    wire ack, err, busy, waiting, loaded, refused, prints;
    wire [7:0] character, pins;
    example example(
        .clock(clock), .reset(reset), .cyc(cyc), .we(we), .adr(adr), .dat(dat), .dat_read(dat_read), .ack(ack), .err(err),
        .busy(busy), .waiting(waiting), .loaded(loaded), .refused(refused), .prints(prints), .character(character),
        .pins(pins)
    );
    always #5 clock = !clock;

    reg [31:0] got, slot, low, function_index;
    reg failed;
    integer halt, start, cycles;

    // A cycle on the registers' bus, which changes while the clock is low.
    task access(input writes, input [31:0] register, input [31:0] value);
        begin
            cyc = 1;
            we = writes;
            adr = register[5:0];
            dat = value;
            @(negedge clock);
            while (!(ack | err)) @(negedge clock);
            got = dat_read;
            failed = err;
            @(negedge clock);
            cyc = 0;
            @(negedge clock);
        end
    endtask

    task read(input [31:0] register);
        access(0, register, 0);
    endtask

    task choose(input [31:0] space, input [31:0] row);
        begin
            access(1, WAFER_CORE_SPACE, space);
            access(1, WAFER_CORE_ROW, row);
        end
    endtask

    // Answers the call that waits.
    task answer;
        begin
            read(WAFER_CORE_FUNCTION);
            function_index = got;
            read(WAFER_CORE_SLOT);
            slot = got;
            choose(WAFER_CORE_SPACE_STACK, slot);
            read(WAFER_CORE_LOW);
            low = got;
            read(WAFER_CORE_MIDDLE);
            $display("call %0d %08x_%08x", function_index, got, low);
            access(1, WAFER_CORE_MIDDLE, got + 1);
            access(1, WAFER_CORE_LOW, 3 * low + 1);
            access(1, WAFER_CORE_RESUME, 1);
        end
    endtask

    // Until nothing runs and nothing waits.
    task run;
        begin
            got = 1;
            while (got[WAFER_CORE_STATUS_BUSY] | got[WAFER_CORE_STATUS_WAITING]) begin
                read(WAFER_CORE_STATUS);
                if (got[WAFER_CORE_STATUS_WAITING]) begin
                    answer;
                    got = 1;
                end
            end
        end
    endtask

    task stop_after(input integer delay);
        begin
            repeat (delay) @(negedge clock);
            access(1, WAFER_CORE_LOW, 0);
            $display("low %0s", failed ? "refused" : "written");
            access(1, WAFER_CORE_HALT, 0);
        end
    endtask

    always @(posedge clock) begin
        if (prints) $display("byte %02x", character);
        cycles <= cycles + 1;
        if (cycles > 1_000_000) begin
            $display("endless");
            $finish;
        end
    end
    always @(pins) if (!reset) $display("pins %02x", pins);

    initial begin
        cycles = 0;
        repeat (4) @(negedge clock);
        reset = 0;
        while (!loaded) @(negedge clock);
        if (refused) $display("refused");
        if ($value$plusargs("start=%d", start)) begin
            access(1, WAFER_CORE_START, start);
            $display("start %0s", failed ? "refused" : "taken");
        end
        if ($value$plusargs("halt=%d", halt)) stop_after(halt);
        run;
        $display("status %04x", got[15:0]);
        read(WAFER_CORE_STOP_PC);
        $display("at %0d", got);
        choose(WAFER_CORE_SPACE_MEMORY, 0);
        read(WAFER_CORE_LOW);
        $display("memory %08x", got);
        if ($value$plusargs("result=%d", slot)) begin
            choose(WAFER_CORE_SPACE_STACK, slot);
            read(WAFER_CORE_LOW);
            $display("result %08x", got);
        end
        $finish;
    end
endmodule
