// The core of a plan with a host that keeps to the contract of its port: while the core runs, it does nothing but halt.
// For three cycles after a halt or a reset it leaves the core alone, because what is in stage M then may still stop.

module formal(
    input clock,
    input reset,
    input [2:0] host_space,
    input [31:0] host_addr,
    input [95:0] host_wdata,
    input host_write,
    input host_read
);
`SIGNALS
    wire running, paused;
    wire [7:0] stop;
    wafer dut(
        .clock(clock), .reset(reset), .host_space(host_space), .host_addr(host_addr), .host_wdata(host_wdata),
        .host_write(host_write), .host_read(host_read), .running(running), .paused(paused), .stop(stop)
    );

    wire controls = host_write & host_space == `SPACE_REGISTERS;
    wire [3:0] register = host_addr[3:0];
    wire halts = controls & register == `CONTROL_HALT;
    reg [2:0] settling = 0;
    always @(posedge clock) settling <= {settling[1:0], halts | reset};
    always @(*) if (host_write & (running | reset | settling != 0)) assume(halts);
