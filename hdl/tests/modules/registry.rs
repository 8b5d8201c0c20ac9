//! Every module of the crate. What is listed here is linted, checked by rust-hdl, yosys and Verilator, and compared
//! with its Verilog on random inputs.

use crate::random::Random;
use hdl::back::alu::Alu;
use hdl::back::branches::Branches;
use hdl::back::execute::Execute;
use hdl::back::issue::Issue;
use hdl::back::operands::Operands;
use hdl::back::stage_x::StageX;
use hdl::back::write_back::WriteBack;
use hdl::component::Component;
use hdl::component::bridge::Bridge;
use hdl::component::slave::Slave;
use hdl::control::host::HostPort;
use hdl::control::sequencer::Sequencer;
use hdl::core::Core;
use hdl::front::decode::Decode;
use hdl::front::extent::{Extent, ShapeTable};
use hdl::front::fetch::Fetch;
use hdl::front::fetch_unit::FetchUnit;
use hdl::front::op_table::{ArityTable, MillicodeTable, OpTable, SourceTable};
use hdl::front::opcode_rom::OpcodeRom;
use hdl::front::redirect::Redirect;
use hdl::front::serial::{Digits, SerialImmediate};
use hdl::front::stream::StreamFetch;
use hdl::load::loading::Loading;
use hdl::load::resolver::Resolver;
use hdl::load::resolver::adder::Adder;
use hdl::load::resolver::control_store::ControlStore;
use hdl::load::resolver::entries::Entries;
use hdl::load::resolver::forks::Forks;
use hdl::load::resolver::function_body::FunctionBody;
use hdl::load::resolver::groups::Groups;
use hdl::load::resolver::heights::Heights;
use hdl::load::resolver::labels::Labels;
use hdl::load::resolver::number::Number;
use hdl::load::resolver::placement::Placement;
use hdl::load::resolver::program::ProgramPlaces;
use hdl::load::resolver::reading::Reading;
use hdl::load::resolver::rule_table::RuleTable;
use hdl::load::resolver::size::Size;
use hdl::load::resolver::slots::{LabelWrite, SlotRead};
use hdl::load::resolver::stops::Stops;
use hdl::load::resolver::value_type::ValueType;
use hdl::load::resolver::walk::Walk;
use hdl::memory::LinearMemory;
use hdl::memory::align::{LoadAlign, StoreAlign};
use hdl::memory::blocks::Blocks;
use hdl::memory::bounds::Bounds;
use hdl::memory::declared::Declared;
use hdl::memory::direct_map::DirectMap;
use hdl::memory::rows::RowAccess;
use hdl::prim::call_ram::CallRam;
use hdl::prim::carry_adder::CarryAdder;
use hdl::prim::code_ram::CodeRam;
use hdl::prim::fold::Fold;
use hdl::prim::lane_ram::LaneRam;
use hdl::prim::late::{LateChoice, LateSum};
use hdl::prim::multiplier::Multiplier;
use hdl::prim::names::{
    BusDevices, ComponentRegisters, DeviceNumbers, Limits, Opcodes, Registers, Roles, Spaces, TypeCodes,
};
use hdl::prim::octet::Octet;
use hdl::prim::packed::{PackedBranch, PackedFrame, PackedFunction};
use hdl::prim::ram::SyncRam;
use hdl::prim::record_ram::BranchRam;
use hdl::prim::stop_code::StopCode;
use hdl::prim::stream_ram::StreamRam;
use hdl::prim::switch::Switch;
use hdl::prim::tag_ram::TagRam;
use hdl::soc::Soc;
use hdl::soc::boot::Boot;
use hdl::soc::crc::Crc;
use hdl::soc::devices::Devices;
use hdl::soc::link::Link;
use hdl::soc::meter::Meter;
use hdl::soc::row::Row;
use hdl::soc::store::Store;
use hdl::soc::sum::Sum;
use hdl::soc::uart::{Receiver, Transmitter};
use hdl::units::Units;
use hdl::units::float::FloatUnit;
use hdl::units::float::accumulator::Accumulator;
use hdl::units::float::barrel::{Aligner, Normalizer};
use hdl::units::float::exponents::Exponents;
use hdl::units::float::machine::PhaseMachine;
use hdl::units::float::opening::Opening;
use hdl::units::float::product::Product;
use hdl::units::float::result::Pack;
use hdl::units::float::rounding::Rounding;
use hdl::units::float::shifters::Shifters;
use hdl::units::float::special::Special;
use hdl::units::float::steps::Steps;
use hdl::units::float::unpack::Unpack;
use hdl::units::float::verdict::Verdict;
use hdl::units::long::LongUnit;
use hdl::units::long::adder::LongAdder;
use hdl::units::long::byte_count::ByteCount;
use hdl::units::long::compact::CompactUnit;
use hdl::units::long::places::Places;
use hdl::units::long::start::Start;
use hdl::units::multiply::MultiplyUnit;
use hdl::units::service::ServiceUnit;
use hdl::units::service::adder::ServiceAdder;
use hdl::units::service::mover::Mover;
use hdl::units::service::table::ServiceTable;
use hdl::units::table::UnitTable;
use hdl::verilog::File;
use rand::rngs::StdRng;
use rust_hdl::core::block::Block;
use rust_hdl::core::simulate::simulate;
use rust_hdl::prelude::*;

/// A module with its inputs, whatever its type.
pub trait Unit {
    /// Name of its Verilog module.
    fn name(&self) -> &'static str;
    fn block(&self) -> &dyn Block;
    /// Adds its modules, and returns the name of its own.
    fn print(&self, file: &mut File) -> String;
    /// The inputs that get random values; the clock is not one of them.
    fn inputs(&self) -> &'static [&'static str];
    /// Gives every input a random value and waits until the outputs follow.
    fn drive(&mut self, rng: &mut StdRng);
    fn has_clock(&self) -> bool;
    /// A clock cycle, if it has a clock.
    fn clock(&mut self);
}

struct Entry<T> {
    name: &'static str,
    block: T,
    inputs: &'static [&'static str],
    drive: fn(&mut T, &mut StdRng),
    clock: Option<fn(&mut T, Clock)>,
}

impl<T: Block> Unit for Entry<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn block(&self) -> &dyn Block {
        &self.block
    }

    fn print(&self, file: &mut File) -> String {
        file.add(&self.block, self.name).unwrap_or_else(|error| panic!("{error}"))
    }

    fn inputs(&self) -> &'static [&'static str] {
        self.inputs
    }

    fn drive(&mut self, rng: &mut StdRng) {
        (self.drive)(&mut self.block, rng);
        self.settle();
    }

    fn has_clock(&self) -> bool {
        self.clock.is_some()
    }

    fn clock(&mut self) {
        let Some(set) = self.clock else { return };
        for level in [true, false] {
            set(&mut self.block, level.into());
            self.settle();
        }
    }
}

impl<T: Block> Entry<T> {
    fn settle(&mut self) {
        assert!(simulate(&mut self.block, 100), "{} settles", self.name);
    }
}

macro_rules! clock {
    ($type:ty) => {
        None
    };
    ($type:ty, $clock:ident) => {
        Some(|module: &mut $type, level| module.$clock.next = level)
    };
}

macro_rules! made {
    ($type:ty) => {
        <$type>::default()
    };
    ($type:ty, $made:ident) => {
        <$type>::$made()
    };
}

macro_rules! modules {
    ($($name:ident: $type:ty $(= $made:ident)? $([$clock:ident])? { $($input:ident),* $(,)? $(; $($rare:ident),*)? })*) => {
        /// Every module, freshly made.
        pub fn modules() -> Vec<Box<dyn Unit>> {
            vec![$({
                // In a function of its own, so that the stack holds one module at a time.
                fn $name() -> Box<dyn Unit> {
                    let mut block = made!($type $(, $made)?);
                    block.connect_all();
                    Box::new(Entry {
                        name: stringify!($name),
                        block,
                        inputs: &[$(stringify!($input),)* $($(stringify!($rare)),*)?],
                        drive: |_m, _rng| {
                            $(_m.$input.next = Random::random(_rng, _m.$input.val());)*
                            $($(_m.$rare.next = Random::rarely(_rng, _m.$rare.val());)*)?
                        },
                        clock: clock!($type $(, $clock)?),
                    })
                }
                $name()
            }),*]
        }
    };
}

// name: type = constructor [clock] { inputs; inputs that change rarely }. Constructor and clock are left out if it is the
// default, and if the module has none. What operates over many cycles is started and reset rarely, so that it often
// comes to its end.
modules! {
    sync_ram: SyncRam<4, 70> [clock] { read_address, read_enable, write_address, write_data, write_enable }
    lane_ram: LaneRam<4> [clock] { read_address, write_address, write_data, write_enables, writing }
    lane_ram_of_single_lanes: LaneRam<9> [clock] { read_address, write_address, write_data, write_enables, writing }
    lane_ram_with_one_port: LaneRam<4> = with_one_port [clock] {
        read_address, write_address, write_data, write_enables, writing
    }
    code_ram: CodeRam<6> [clock] {
        read_address, read_enable, write_row, write_data, write_enable, mark_row, mark_data, mark_enables
    }
    large_code_ram: CodeRam<12> [clock] {
        read_address, read_enable, write_row, write_data, write_enable, mark_row, mark_data, mark_enables
    }
    stream_ram: StreamRam<6, 4, 5> [clock] { read, row, write, write_number, write_data }
    octet: Octet { row, lane }
    branch_ram: BranchRam<4, 6, 5> [clock] { read_address, read_enable, write_address, write_data, write_parts }
    call_ram: CallRam<4, 3, 6, 4, 5> [clock] {
        read_function, callee, frame, write_function, write_address, write_data, write_frame, new_frame, frame_data
    }
    op_table: OpTable { opcode, entry }
    op_table_with_millicode: OpTable = with_millicode { opcode, entry }
    arity_table: ArityTable { opcode, entry }
    arity_table_with_millicode: ArityTable = with_millicode { opcode, entry }
    millicode_table: MillicodeTable { opcode }
    load_align: LoadAlign {
        load, low, row, again, held, bytes, sign_extend, replace, replace_read, replace_given, replace_passed, read,
        given
    }
    store_align: StoreAlign { low, again, third, low_word, high_word }
    blocks: Blocks [clock] {
        x_block, m_block, first, store, crosses, refused, stays, enters, hosting, host_read, host_row, host_write; run
    }
    fold: Fold { row }
    tag_ram: TagRam [clock] { address, write, data }
    direct_map: DirectMap [clock] { row, held, stores, host_reads, host_write }
    bounds: Bounds<6> [clock] {
        pooled, size, windowed, window, x_take, x_bytes, m_first, m_address, m_inside, m_bytes
    }
    declared: Declared [clock] { size, x_take, x_bytes, m_first, m_address }
    linear_memory: LinearMemory<6, 4> [clock] {
        compact, pooled, size, windowed, window, take, take_low, valid, control, base, offset, data, port_read,
        port_read_row, port_enables, port_write_row, port_wdata, replace, replace_read, replace_given, replace_passed,
        read, given, hosting, host_reads, host_row; run
    }
    pooled_memory: LinearMemory<16, 14> = with_one_port [clock] {
        size, windowed, window, take, take_low, valid, control, base, offset, data, port_read, port_read_row,
        port_enables, port_write_row, port_wdata, replace, replace_read, replace_given, replace_passed, read, given,
        hosting, host_reads, host_row; compact, pooled, run
    }
    row_access: RowAccess [clock] {
        take, take_low, data, low, bytes, sign_extend, store, first, third, loading, row, absent
    }
    late_choice: LateChoice { of }
    late_sum: LateSum { sum, adds, rest }
    alu: Alu [clock] { compact, prepares, control, a, b, second }
    byte_count: ByteCount { top, low, ones, trailing }
    places: Places [clock] {
        idle, a, b, b_extends, b_negative, y_from_b, x_from_z, z, by2, by8, select_place, select_low, y_hold, rotate, pair, fill, arithmetic
    }
    long_adder: LongAdder {
        x, y, y_negative, z, left_zero, left_double, left_bit, right_y, plus_one, digit, digit_bit, addend
    }
    start: Start { control, a, b }
    long_unit: LongUnit [clock] { a, b; reset, start, control }
    compact_unit: CompactUnit [clock] { a, b; reset, start, control }
    float_unpack: Unpack { control, a, b }
    float_special: Special { control, classes, signs_differ }
    float_opening: Opening { control, classes, signs_differ, leads, y_leads, beyond_units, exchanged }
    float_machine: PhaseMachine [clock] {
        classes, signs_differ, leads, y_leads, short, quotient_ends, root_ends, at_once, any, z_leads, z_negative, borrows,
        carries, beyond_units, count, holds, picks_x, outside, smallest, under, over; reset, start, control
    }
    float_shifters: Shifters [clock] {
        fast, control, new_x, new_y, to_top, limited, exponent, divide, quotient_bit, x_from_z, z, align, count, rest,
        truncate, by1, by_digit, y_from_x; load, normalize, set_bit, clear_x, lead
    }
    float_normalizer: Normalizer [clock] { word, double, to_top, limited, exponent }
    float_aligner: Aligner { word, places }
    float_accumulator: Accumulator [clock] {
        x, y, product, step, write, tie, sticky, double; clear
    }
    float_exponents: Exponents [clock] {
        new_x, new_y, new_count, term, normalize, keep, exchange, count_sum, count_down, by8, from_double, to_double, from_integer,
        grown, places; load, count_clear
    }
    float_product: Product [clock] { x, y; start }
    float_rounding: Rounding { control, z, exponent }
    float_verdict: Verdict { control, z, any, count, classes }
    float_pack: Pack { control, z, exponent, flags }
    float_steps: Steps [clock] {
        fast, start, coming, smaller, odd, signs_differ, negative, picks_x, count, pair; control
    }
    float_unit: FloatUnit [clock] { a, b; reset, start, control }
    small_float_unit: FloatUnit = small [clock] { a, b; reset, start, control }
    multiplier: Multiplier<53, 18, 71> [clock] { left, right }
    fetch: Fetch<6, 4, 5> [clock] {
        hold, continues, flush, redirect, redirect_pc, redirect_lead, redirect_branch, plain, entry_read, entry_index,
        write_code, write_address, write_data, write_marks, mark_row, marks_data, write_branch, branch_index, branch_data
    }
    shape_table: ShapeTable { opcode }
    opcode_rom: OpcodeRom [clock] { read, opcode, entry }
    extent: Extent { window, five, continues }
    stream_fetch: StreamFetch<6, 4, 5> [clock] {
        hold, continues, continuing, redirect_pc, redirect_branch, entry_index, write_address, write_data;
        flush, redirect, entry_read, write_code
    }
    fetch_unit: FetchUnit<6, 4, 5> [clock] {
        compact, hold, continues, continuing, redirect_pc, redirect_lead, redirect_branch, plain, entry_index,
        write_address, write_data, write_marks, mark_row, marks_data, write_branch, branch_index, branch_data;
        flush, redirect, entry_read, write_code
    }
    digits: Digits { first, second, zero_extend, raw }
    serial_immediate: SerialImmediate [clock] {
        by_byte, active, flush, issue, window, last, skip, zero_extend, wide, raw
    }
    unit_table: UnitTable { operation }
    multiply_unit: MultiplyUnit [clock] { control, a, b; reset, start }
    units: Units [clock] { compact, a, b; reset, start, control, unit_control }
    execute: Execute [clock] {
        reset, live, compact, prepares, go, control, unit_control, halves, computed, extended, bypass, chooses, a, b
    }
    decode: Decode [clock] {
        compact, valid, flush, issue, window, seconds, operations, destinations, lead, first_opcode, source, entry_code,
        known_control, known_number
    }
    issue: Issue [clock] {
        compact, prepares, flush, d_valid, d_lead, d_arity, d_returns, d_unwind, control, slots, ready, swallow, insert,
        privileged, sequencing, busy, live, ends, x_blocks, x_resolves
    }
    stage_x: StageX<6, 4, 5> [clock] {
        run, issue, insert, d_control, d_foreign, d_unit_control, d_slots, d_opcode, d_place, d_count, d_offset, d_silent,
        d_jump, d_resolves, d_halves, d_computed, d_extended, d_bypass, d_blocks, d_predicted, d_pc, d_next_branch,
        d_other_pc, d_other_lead, d_other_branch, d_returns, d_height, d_keep, leave, wrong, operands_ready, busy, storing,
        unit_trap, raised
    }
    branches: Branches<6, 4> [clock] {
        compact, leave, outcome, control, slots, jump, resolves, blocks, predicted, other_pc, other_lead, other_branch
    }
    redirect: Redirect<6, 4> {
        run, wrong, goes_on, pc, lead, branch, jump, jump_pc, jump_lead, jump_branch, drops, resolving, resolver_turns,
        resolver_pc, host_read, host_space, host_addr
    }
    operands: Operands<5> [clock] {
        issue, control, arity, slots, first_index, second_index, set_index, a_immediate, b_immediate, blocks,
        live, first_pass, kill, load_done, m_result, m_data, m_write, m_slot, write, write_slot,
        take_over, read_slot, set_pointers, new_base, new_pointer
    }
    write_back: WriteBack<6, 5> [clock] {
        leave, control, slots, pc, place, opcode, count, silent, to_sequencer, trap, x_write, x_load, x_slot, pointer,
        busy, done, ending, refused, refusal, value, access_address, access_bytes, access_data,
        run, sequencing, goes_on, retire, results, sequencer_write, sequencer_slot, write_result, write_read, write_served,
        write_passed, height, keep, services, served, pushes, result, host_write, host_slot, host_data
    }
    sequencer: Sequencer<6, 4, 5, 4, 4> [clock] {
        reset, go, go_jump, go_call, go_table, go_service, go_tail, go_lookup, go_millicode, go_pass, go_privileged,
        go_get, go_resize, go_enter, argument, index, listed, looks_up, next_branch, other_pc, other_lead, other_branch,
        returns, height, keep, launch, nested, launch_function, stack_base, resume, resume_base, resume_count, served, served_pointer,
        served_callee, served_stop, service_read_slot, service_write, service_write_slot,
        entry_ready, entry_target, entry_lead, entry_branch, entry_returns, entry_unwind, entry_height, entry_keep, base,
        pointer, frame_index, write_function, write_address, write_record
    }
    service_table: ServiceTable { code, prefixed }
    packed_branch: PackedBranch<6, 4, 5> { target, following, lead, predict, returns, unwind, height, keep }
    packed_frame: PackedFrame<6, 4, 5> { return_pc, following, lead, base, privileged }
    packed_function: PackedFunction<6, 4, 5> { entry, first_branch, lead, params, locals, frame }
    rule_table: RuleTable [clock] { code, prefixed, enable }
    number: Number<11> [clock] { take, digit, is_signed, is_long; clear }
    carry_adder: CarryAdder<6> { left, right, carry }
    control_store: ControlStore [clock] { address, enable }
    forks: Forks { split, rule, all_functions, last, prefix, place, to_come, seen, again, more, whole }
    adder: Adder<6, 5> [clock] {
        left, right, minus, height, level, types, functions, labels, origin, own, number, params, results, again, base,
        whole, index, keep, pops, limit, gives
    }
    heights: Heights<6, 5> [clock] {
        action, load, check, loading, sum, over, rule, placed, outer_dead, too_many, wide
    }
    groups: Groups<6> [clock] {
        take, pc, measure, branch, brief, access, constant, double, wide, source, sources, gives, compares, sets, fuses;
        clear, first
    }
    size: Size<6, 5> { value, over, limit }
    slot_read: SlotRead<6, 4, 5> { data }
    label_write: LabelWrite<6, 4, 5> {
        base, params, results, dead, loops, target, opening, newest, pending, condition, lead
    }
    value_type: ValueType { code }
    stops: Stops [clock] { live, entries, labels, slots, invalid, unknown }
    walk: Walk [clock] {
        code_valid, marking, rule, ready, brief, dead, patching, opening, placed, all_functions, last, prefix, place,
        to_come, seen, more, whole; reset, start, stopped
    }
    reading: Reading<11, 5> [clock] { action, load, loading, taken, forms, sum, code_byte, base }
    placement: Placement<6> [clock] {
        action, taken, code_pc, rule, value, over, ready, outermost, waiting, opened; start
    }
    label_stack: Labels<6, 4, 5> [clock] {
        labels, action, load, check, loading, acts, odd, sum, over, rule, depth_fits, dead, group_pc, group_lead, count,
        params, results, slot_loops, slot_dead, opening, condition; idle
    }
    entries: Entries<6, 4, 5> [clock] {
        action, rule, opcode, height, dead, low, keep, whole, loops, target, lead, opening, newest, pending, group_pc,
        group_lead, entry_target, entry_branch; idle
    }
    function_body: FunctionBody<6, 4, 4, 5> [clock] {
        first_function, code_last, action, load, loading, taken, code_pc, sum, rule, base, results, target,
        newest, lead, keep, low, most; idle
    }
    resolver: Resolver<6, 4, 4, 5> [clock] {
        code_valid, code_byte, code_pc, read_data, entry_target, entry_branch;
        reset, start, first_function, code_last, types, functions, labels
    }
    loading: Loading<6, 4, 4, 5> [clock] {
        host_address, host_data, host_marks, host_branch, host_function, host_slot, code_valid, code_byte, code_pc,
        read_data, entry_target, entry_branch;
        reset, enabled, start, first_function, code_last, types, functions, labels
    }
    stop_code: StopCode<17> { }
    switch: Switch { }
    spaces: Spaces { }
    registers: Registers { }
    opcodes: Opcodes { }
    limits: Limits { }
    roles: Roles { }
    program_places: ProgramPlaces { }
    type_codes: TypeCodes { }
    device_numbers: DeviceNumbers { }
    bus_devices: BusDevices { }
    component_registers: ComponentRegisters { }
    source_table: SourceTable { opcode }
    service_adder: ServiceAdder<5> { terms, slot, size, window, most, pages, index, four, count, accumulator }
    mover: Mover<6, 4> [clock] {
        clear, set_to, set_from, add_to, add_from, turn, by_step, go, value, count, slots, fill, filler, row_data
    }
    service_unit: ServiceUnit<5, 4, 6, 4> [clock] {
        start, pointer, tables, elements, data, size, most, window, pages, read_data, row_data;
        reset, code, prefixed, lookup, first, second
    }
    host_port: HostPort<6, 4, 5> [clock] {
        reset, space, address, wdata, write, stops, stopped, stopped_pc, returned, pause, resize, new_size, callee,
        first_argument, code_data, slot_data, row_data, row_absent, frame_data
    }
    core: Core<6, 4, 4, 5, 4, 6, 4> [clock] { reset, host_space, host_addr, host_wdata, host_write, host_read }
    crc: Crc [clock] { step, extract, data; clear }
    store: Store [clock] { following, address, read, write, write_data }
    boot: Boot [clock] { line, data; reset, begins }
    receiver: Receiver [clock] { line, divisor }
    transmitter: Transmitter [clock] { send, octet, divisor }
    link: Link [clock] {
        received, received_byte, send_ready, octet, waits, running, paused, counts, lent, claim, claim_space, claim_row, fill,
        fill_value, device_write; reset
    }
    row: Row [clock] { octet, push, number, choose, advance, claim, claim_space, claim_row, fill, fill_value }
    row_of_eight_bytes: Row = of_eight_bytes [clock] {
        octet, push, number, choose, advance, claim, claim_space, claim_row, fill, fill_value
    }
    meter: Meter [clock] { counts, counted; clear }
    sum: Sum { operation, load, accumulator, operand, carry }
    devices: Devices [clock] { device, slot, octet, cycles, buttons, idle, send_ready; reset, fresh }
    soc: Soc<6, 4, 4, 5, 4, 6, 4> [clock] { rx, buttons, flash_data; reset }
    slave: Slave [clock] {
        wbs_cyc_i, wbs_stb_i, wbs_we_i, wbs_adr_i, busy, waiting, ready, failed, stop, stop_pc, slot, row_data, free, calls,
        may_halt, space, row, fetched; reset
    }
    bridge: Bridge [clock] {
        value, wbm_dat_i, wbm_ack_i, wbm_err_i, running, slot, stop, waits, row_data, set_space, set_row, set_middle,
        set_high, attends; reset, paused, device, store, fetch, ask, clear, start, resume, halt
    }
    component: Component<6, 4, 4, 5, 4, 6, 4> [clock] {
        wbs_cyc_i, wbs_stb_i, wbs_we_i, wbs_dat_i, wbm_dat_i, wbm_ack_i, wbm_err_i; reset, wbs_adr_i
    }
}
