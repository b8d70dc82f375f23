// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {BabyJubjub} from "../voting/BabyJubjub.sol";

/// @title AuditStatements
/// @notice The hashes and words of the compliance statement page (circuits/compliance.md), as the contracts compute them.
library AuditStatements {
    /// @notice Records of a full shard.
    uint256 internal constant SHARD_ROWS = 205;

    /// @notice Most shards of a verdict.
    uint256 internal constant MOST_SHARDS = 160;

    /// @notice The statement page's EMPTY: the commitment to no counts, in the place of shards that there are not.
    uint256 internal constant EMPTY = 0x14bb5534ff7d79b3ee5b32f28ea4505ff9bc32a7f63ab05c0cb57b626ceb4a3b;

    /// @notice tag("tabella.audit.v1")
    bytes32 internal constant AUDIT_TAG = keccak256("tabella.audit.v1");

    /// @notice tag("tabella.data.v1")
    bytes32 internal constant DATA_TAG = keccak256("tabella.data.v1");

    /// @notice tag("tabella.verdict.v1")
    bytes32 internal constant VERDICT_TAG = keccak256("tabella.verdict.v1");

    /// @dev Words before the commitments: context, model, rows, verdict.
    uint256 private constant HEAD = 4;

    /// @notice Binds shards and verdict to one engagement.
    function context(address audits, uint256 engagementId) internal view returns (uint256) {
        return uint256(keccak256(abi.encode(AUDIT_TAG, block.chainid, audits, engagementId))) >> 8;
    }

    /// @notice The accumulator of a list that grows: acc = keccak(acc, digest_k, C_k) >> 8, beginning with the context.
    /// @dev Both lists have the same length.
    function extend(uint256 acc, uint256[] calldata digests, uint256[] calldata counts)
        internal
        pure
        returns (uint256)
    {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, acc)
            let count := counts.offset
            let digest := digests.offset
            for { let end := add(digest, shl(5, digests.length)) } lt(digest, end) { digest := add(digest, 0x20) } {
                mstore(add(free, 0x20), calldataload(digest))
                mstore(add(free, 0x40), calldataload(count))
                mstore(free, shr(8, keccak256(free, 0x60)))
                count := add(count, 0x20)
            }
            acc := mload(free)
        }
        return acc;
    }

    /// @notice What auditors sign of a data set.
    function dataRoot(uint256 schemaHash, uint256 rows, uint256[] calldata digests) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(DATA_TAG, schemaHash, rows, digests.length, digests));
    }

    /// @notice The verdict circuit's words. The places of shards that there are not hold EMPTY. Before the list are two words of
    /// memory for `verdictGamma`.
    /// @param counts at most `MOST_SHARDS`
    function verdictWords(uint256 context_, uint256 model, uint256 rows, uint256 verdict, uint256[] calldata counts)
        internal
        pure
        returns (uint256[] memory words)
    {
        assembly ("memory-safe") {
            words := add(mload(0x40), 0x40)
            mstore(words, add(HEAD, MOST_SHARDS))
            mstore(add(words, 0x20), context_)
            mstore(add(words, 0x40), model)
            mstore(add(words, 0x60), rows)
            mstore(add(words, 0x80), verdict)
            let at := add(words, 0xa0)
            let end := add(at, shl(5, MOST_SHARDS))
            calldatacopy(at, counts.offset, shl(5, counts.length))
            at := add(at, shl(5, counts.length))
            // Each copy doubles what is filled.
            if lt(at, end) {
                mstore(at, EMPTY)
                let filled := 0x20
                for { let left := sub(sub(end, at), filled) } left { left := sub(sub(end, at), filled) } {
                    let more := filled
                    if lt(left, more) { more := left }
                    mcopy(add(at, filled), at, more)
                    filled := add(filled, more)
                }
            }
            mstore(0x40, end)
        }
    }

    /// @notice The verdict's public inputs behind the policy's words: h, gamma, e.
    /// @param words what `verdictWords` gave for so many shards
    function verdictInputs(uint256 h, uint256[] memory words, uint256 shards)
        internal
        pure
        returns (uint256[3] memory)
    {
        uint256 gamma = verdictGamma(h, words);
        return [h, gamma, verdictFold(gamma, words, shards)];
    }

    /// @notice `Statements.fold` of what `verdictWords` gave for so many shards: the places that hold EMPTY are a geometric series,
    /// which takes as many steps as their number has bits.
    /// @param shards at most `MOST_SHARDS`
    function verdictFold(uint256 gamma, uint256[] memory words, uint256 shards) internal pure returns (uint256 e) {
        uint256 r = BabyJubjub.R;
        assembly ("memory-safe") {
            // e = 1 + gamma + .. + gamma^(n - 1) and power = gamma^n, for n the bits of `empty` read so far: it has 8.
            let power := 1
            let empty := sub(MOST_SHARDS, shards)
            for { let bit := 0x80 } bit { bit := shr(1, bit) } {
                e := mulmod(e, addmod(power, 1, r), r)
                power := mulmod(power, power, r)
                if and(empty, bit) {
                    e := addmod(e, power, r)
                    power := mulmod(power, gamma, r)
                }
            }
            e := mulmod(e, EMPTY, r)
            for { let at := add(words, shl(5, add(HEAD, shards))) } gt(at, words) { at := sub(at, 0x20) } {
                e := addmod(mulmod(e, gamma, r), mload(at), r)
            }
        }
    }

    /// @notice The point at which a verdict's words are folded: keccak(tag, h, words) >> 8.
    /// @param words what `verdictWords` gave: tag and h are written before the words, and the list's length is put back
    function verdictGamma(uint256 h, uint256[] memory words) internal pure returns (uint256 gamma) {
        bytes32 tag = VERDICT_TAG;
        assembly ("memory-safe") {
            let length := mload(words)
            mstore(sub(words, 0x20), tag)
            mstore(words, h)
            gamma := shr(8, keccak256(sub(words, 0x20), add(0x40, shl(5, length))))
            mstore(words, length)
        }
    }
}
