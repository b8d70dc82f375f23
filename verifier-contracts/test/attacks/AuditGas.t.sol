// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IAuditRegistry} from "../../contracts/audit/interfaces/IAuditRegistry.sol";
import {IDataRegistry} from "../../contracts/audit/interfaces/IDataRegistry.sol";
import {IMilestoneTreasury} from "../../contracts/audit/interfaces/IMilestoneTreasury.sol";
import {AuditProofs} from "../support/AuditProofs.sol";

/// @notice Gas of an audit's whole transactions with real proofs, held under their limits and compared with
/// fixtures/audit-gas.json. Where a number has changed: `TABELLA_REWRITE=true forge test --match-contract AuditGasTest`.
/// forge-config: default.isolate = true
contract AuditGasTest is AuditProofs {
    string private constant FILE = "test/fixtures/audit-gas.json";

    /// @dev A number may move by so many parts of a thousand without being written again.
    uint256 private constant TOLERANCE = 5;

    bool private rewriting;

    function setUp() public {
        deployProofs();
    }

    function test_GasOfAnAudit() public {
        rewriting = vm.envOr("TABELLA_REWRITE", false);
        if (rewriting) vm.writeFile(FILE, "{\n");
        beginning();
        shards();
        verdicts();
        payment();
        if (rewriting) vm.writeLine(FILE, '  "end": 0\n}');
    }

    function beginning() private {
        uint256 before = vm.snapshotState();
        bytes memory opening = abi.encodeCall(IAuditRegistry.openEngagement, (modelId, 1));
        send("open an engagement", OWNER, address(audits), opening, 250_000);
        IDataRegistry.Registration memory r = registration(5, keccak256("root"), 1000, 5, schema);
        bytes memory call = abi.encodeCall(IDataRegistry.register, (r, signatures(r, THRESHOLD)));
        send("register data, 2 auditors", auditor(0), address(data), call, 250_000);
        send("acknowledge", OWNER, address(audits), abi.encodeCall(IAuditRegistry.acknowledge, (5)), 50_000);
        vm.revertToState(before);
    }

    /// @dev Each batch at once, from the first shard on. What a batch costs however small is shared by its shards.
    function shards() private {
        uint256[4] memory sizes = [uint256(1), 5, 6, 12];
        uint256[4] memory mostEach = [uint256(320_000), 100_000, 93_000, 80_000];
        vm.prank(OWNER);
        audits.acknowledge(4);
        for (uint256 i = 0; i < 4; ++i) {
            uint256 before = vm.snapshotState();
            uint256 n = sizes[i];
            bytes memory call = shardsCall(4, 0, n);
            send(string.concat("submit shards, ", vm.toString(n)), OWNER, address(audits), call, n * mostEach[i]);
            vm.revertToState(before);
        }
        vm.prank(TIMELOCK);
        treasury.create{value: 5}(modelId, 1, PAYEE, address(0), 5, uint40(START + 1 days));
        vm.warp(START + 1);
        submitAll(1);
        submitAll(2);
        submitAll(3);
        submitAll(4);
    }

    /// @dev At most 300,000 and 1,300 for each shard.
    function verdicts() private {
        send("verdict over 5 shards: pass", OWNER, address(audits), verdictCall(1), 300_000 + 5 * 1_300);
        send("verdict over 12 shards: pass", OWNER, address(audits), verdictCall(4), 300_000 + 12 * 1_300);
        send("verdict over 2 shards: insufficient", OWNER, address(audits), verdictCall(3), 300_000 + 2 * 1_300);
        uint256 before = vm.snapshotState();
        send("verdict over 2 shards: fail", OWNER, address(audits), verdictCall(2), 316_000);
        vm.revertToState(before);
        before = vm.snapshotState();
        vm.warp(audits.engagement(2).deadline + 1);
        bytes memory call = abi.encodeCall(IAuditRegistry.enforceDeadline, (2));
        send("enforce a deadline", STRANGER, address(audits), call, 65_000);
        vm.revertToState(before);
    }

    function payment() private {
        send("release ether", STRANGER, address(treasury), abi.encodeCall(IMilestoneTreasury.release, (1, 1)), 120_000);
    }

    function verdictCall(uint256 id) private view returns (bytes memory) {
        return abi.encodeCall(IAuditRegistry.submitVerdict, (id, verdictOf(id)));
    }

    /// @dev Sends a transaction, holds it to its limit and compares it with the file.
    function send(string memory what, address from, address to, bytes memory call, uint256 most) private {
        vm.prank(from);
        (bool done, bytes memory answer) = to.call(call);
        assertTrue(done, string.concat(what, ": ", vm.toString(answer)));
        uint256 used = vm.lastCallGas().gasTotalUsed;
        assertLe(used, most, what);
        emit log_named_uint(string.concat("gas: ", what), used);
        if (rewriting) return vm.writeLine(FILE, string.concat('  "', what, '": ', vm.toString(used), ","));
        uint256 expected = vm.parseJsonUint(vm.readFile(FILE), string.concat('.["', what, '"]'));
        assertApproxEqRel(used, expected, TOLERANCE * 1e15, what);
    }
}
