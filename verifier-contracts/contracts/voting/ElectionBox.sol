// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {BabyJubjub} from "./BabyJubjub.sol";
import {BallotBuffer} from "./BallotBuffer.sol";
import {ElectionStore} from "./ElectionStore.sol";
import {FoldedBatch} from "./FoldedBatch.sol";
import {PointSums} from "./PointSums.sol";
import {Rules} from "./Rules.sol";
import {Statements} from "./Statements.sol";
import {ICommittee} from "./interfaces/ICommittee.sol";
import {IElectionBox} from "./interfaces/IElectionBox.sol";
import {IElectorate} from "./interfaces/IElectorate.sol";
import {IBallotVerifier, ICircuitVerifier, ITallyVerifier} from "./interfaces/IVerifiers.sol";

/// @title ElectionBox
/// @notice Takes sealed ballots, sums them unopened and records the proven totals. What begins an election, and what its
/// totals are for, is added by `BallotBox` and `PollBox`.
/// @dev Reentrancy: every call from here is static. Times are seconds; the constructors require it of every clock.
abstract contract ElectionBox is ElectionStore, AccessManaged {
    using BallotBuffer for uint256[];
    using FoldedBatch for FoldedBatch.Batch;

    /// @dev What an election is opened with.
    /// @param rule the rule word without its weighted bit, checked when it was configured
    /// @param term the Committee's term
    /// @param minTurnout ballots below which nothing is opened
    /// @param snapshot second whose electorate votes, past
    /// @param closes first second in which no ballots are taken
    /// @param tallyBy last second in which a tally is taken
    struct Opening {
        uint64 rule;
        uint64 term;
        uint32 minTurnout;
        uint256 snapshot;
        uint256 closes;
        uint256 tallyBy;
    }

    /// @dev Version of the ballot circuit's statement.
    uint256 private constant BALLOT_VERSION = 2;

    /// @dev Version of the tally circuit's statement.
    uint256 private constant TALLY_VERSION = 1;

    /// @param authority_ the AccessManager that says who may configure
    /// @param electorate_ the members
    /// @param committee_ the trustees
    /// @param ballotVerifier_ generated verifier of `ballot-k3-d20` or `ballot-k8-d20`
    /// @param tallyVerifier_ generated verifier of `tally-k3-t1` or `tally-k8-t1`
    /// @param options_ 3 or 8
    constructor(
        address authority_,
        IElectorate electorate_,
        ICommittee committee_,
        IBallotVerifier ballotVerifier_,
        ITallyVerifier tallyVerifier_,
        uint256 options_
    ) ElectionStore(electorate_, committee_, ballotVerifier_, tallyVerifier_, options_) AccessManaged(authority_) {
        if (options_ != 3 && options_ != MOST_OPTIONS) revert UnsupportedOptions(options_);
        if (address(committee_).code.length == 0) revert NotAContract(address(committee_));
        _checkClock(electorate_);
        string memory k = options_ == 3 ? "k3" : "k8";
        _checkCircuit(ballotVerifier_, string.concat("ballot-", k, "-d20"), BALLOT_VERSION);
        _checkCircuit(tallyVerifier_, string.concat("tally-", k, "-t1"), TALLY_VERSION);
    }

    /// @inheritdoc IElectionBox
    /// @dev A Governor is not asked for its proposal's state: a ballot for a cancelled proposal is summed and never opened,
    /// which costs its sender a transaction; asking would cost every ballot some 10,000 gas.
    function cast(uint256 proposalId, Ballot calldata ballot) external {
        Election storage e = _elections[proposalId];
        _checkVoting(e, proposalId);
        uint256[] memory buffer = BallotBuffer.make(1 + _ciphertextWords());
        uint256 nullifier = buffer.read(ballot);
        if (!_spend(_spent[proposalId], nullifier)) revert NullifierSpent(nullifier);

        (bytes32 digest, uint256 h, uint256 gamma, uint256 folded) =
            buffer.seal(Statements.electionId(address(this), proposalId));
        ballotVerifier.verifyFolded(e.foldedConstants, ballot.proof, [h, gamma, folded]);
        uint256[] memory ciphertext = buffer.ciphertext();
        uint256[] memory sums = _loadSums(proposalId);
        BabyJubjub.addTo(sums, ciphertext);
        _storeSums(proposalId, sums);
        // At most `size` <= 2^20 nullifiers verify.
        e.ballots += 1;
        ciphertext.announce(proposalId, nullifier, digest);
    }

    /// @inheritdoc IElectionBox
    /// @dev Skipping comes before verifying: what a skipped ballot's proof says does not matter, since nothing of it is
    /// counted. All events come before the one verification, which takes them back where it fails.
    function castBatch(uint256 proposalId, Ballot[] calldata ballots) external {
        Election storage e = _elections[proposalId];
        _checkVoting(e, proposalId);
        if (ballots.length == 0 || ballots.length > MAX_BATCH) revert BatchSizeUnsupported(ballots.length, MAX_BATCH);
        FoldedBatch.Batch memory batch = FoldedBatch.begin(e.foldedConstants, ballots.length);
        uint256[] memory sums = PointSums.begin(_loadSums(proposalId));
        uint256[] memory buffer = BallotBuffer.make(1 + _ciphertextWords());
        bytes32 id = Statements.electionId(address(this), proposalId);
        for (uint256 i = 0; i < ballots.length; ++i) {
            _take(proposalId, id, ballots[i], buffer, batch, sums);
        }
        uint256 taken = batch.count;
        if (taken == 0) return;
        batch.verify(ballotVerifier);
        _storeSums(proposalId, PointSums.finish(sums));
        e.ballots += uint32(taken);
    }

    /// @inheritdoc IElectionBox
    /// @dev A trustee may post again, to mend a mistake: readers take the last event, whose digest is the one stored.
    function postShare(uint256 proposalId, uint256 trustee, uint256[] calldata share) external {
        Election storage e = _elections[proposalId];
        _checkTallying(e, proposalId);
        address expected = committee.trusteeOf(e.term, trustee);
        if (msg.sender != expected) revert NotTheTrustee(trustee, expected, msg.sender);
        _checkWords(share, _ciphertextWords());
        bytes32 digest = keccak256(abi.encodePacked(share));
        _shares[proposalId][trustee] = digest;
        emit SharePosted(proposalId, trustee, digest, share);
    }

    /// @inheritdoc IElectionBox
    /// @dev Needs no posted share: the proof alone says that the totals are right.
    function tally(uint256 proposalId, uint256 subset, uint256[] calldata totals_, uint256 h, uint256[8] calldata proof)
        external
    {
        Election storage e = _elections[proposalId];
        _checkTallying(e, proposalId);
        // Terms have one trustee in this version, whose bit is the lowest.
        if (subset != 1) revert WrongSubset(subset);
        _checkTotals(e, totals_);

        uint256[] memory words = _tallyWords(e, proposalId, totals_);
        uint256 gamma = Statements.tallyGamma(h, words);
        tallyVerifier.verifyProof(proof, [h, gamma, Statements.fold(gamma, words)]);

        e.tallied = true;
        for (uint256 k = 0; k < OPTIONS; ++k) {
            e.totals[k] = SafeCast.toUint64(totals_[k]);
        }
        emit Tallied(proposalId, e.ballots, totals_);
    }

    /// @dev Freezes everything an election is made of. The caller has made sure that it may begin.
    function _open(uint256 proposalId, Opening memory o) internal {
        Election storage e = _elections[proposalId];
        if (e.opened != 0) revert AlreadyOpened(proposalId);
        if (o.closes <= block.timestamp) revert NoTimeToVote(o.closes, block.timestamp);
        e.opened = SafeCast.toUint48(block.timestamp);
        e.closes = SafeCast.toUint48(o.closes);
        e.tallyBy = SafeCast.toUint48(o.tallyBy);
        e.minTurnout = o.minTurnout;
        e.rule = o.rule | (electorate.weighted() ? uint64(Rules.WEIGHTED) : 0);
        e.term = o.term;
        _freezeElectorate(e, proposalId, o.snapshot);
        uint256[] memory keys = _checkedKeys(o.term);
        e.foldedConstants = ballotVerifier.foldConstants(_constants(e, keys));
        _writeNeutralSums(proposalId);
        emit ElectionOpened(proposalId, e.root, e.size, e.scope, e.rule, e.term, keys, e.opened, e.closes, e.tallyBy);
    }

    /// @dev The members as they were at the snapshot. The rule must leave their totals small enough to be found.
    function _freezeElectorate(Election storage e, uint256 proposalId, uint256 snapshot) private {
        (uint256 root, uint256 size, uint256 weight) = electorate.checkpointAt(snapshot);
        if (size == 0 || size > MAX_SIZE) revert ElectorateSizeUnsupported(size);
        if (root == 0) revert ElectorateRootZero();
        uint256 most = Rules.mostVotes(e.rule, weight);
        if (most >= TOTAL_BOUND) revert TotalsUnfindable(most);
        e.root = root;
        e.size = SafeCast.toUint32(size);
        e.totalWeight = SafeCast.toUint64(weight);
        e.scope = Statements.scope(address(this), _principal(), proposalId, root);
    }

    /// @dev Whom the elections are held for, as it stands in their scopes.
    function _principal() internal view virtual returns (address);

    /// @dev Reverts where an election that was opened has become pointless.
    function _checkOfUse(uint256 proposalId) internal view virtual;

    /// @dev What every configuration must satisfy.
    function _checkConfiguration(uint64 rule, uint256 tallyPeriod, uint256 minTurnout) internal view {
        Rules.check(rule, OPTIONS);
        if (tallyPeriod == 0) revert TallyPeriodZero();
        if (minTurnout < 2) revert MinTurnoutTooSmall(minTurnout);
    }

    /// @dev Seconds, or the windows mean nothing.
    function _checkClock(IERC6372 account) internal view {
        if (address(account).code.length == 0) revert NotAContract(address(account));
        if (keccak256(bytes(account.CLOCK_MODE())) != keccak256("mode=timestamp")) {
            revert ClockNotTimestamp(address(account));
        }
    }

    /// @dev A verifier for another statement is refused here, not as "proof invalid" later.
    function _checkCircuit(ICircuitVerifier verifier, string memory circuit, uint256 version_) private view {
        if (address(verifier).code.length == 0) revert NotAContract(address(verifier));
        string memory actual = verifier.CIRCUIT();
        uint256 version = verifier.VERSION();
        if (!Strings.equal(actual, circuit) || version != version_) {
            revert WrongCircuit(address(verifier), actual, version);
        }
    }

    /// @dev One ballot of a batch: refused, skipped, or added to what will be verified and to the sums.
    function _take(
        uint256 proposalId,
        bytes32 id,
        Ballot calldata ballot,
        uint256[] memory buffer,
        FoldedBatch.Batch memory batch,
        uint256[] memory sums
    ) private {
        uint256 nullifier = buffer.read(ballot);
        if (!_spend(_spent[proposalId], nullifier)) {
            emit BallotSkipped(proposalId, nullifier);
            return;
        }
        (bytes32 digest, uint256 h, uint256 gamma, uint256 e) = buffer.seal(id);
        batch.push(ballot.proof, h, gamma, e);
        uint256[] memory ciphertext = buffer.ciphertext();
        PointSums.add(sums, ciphertext);
        ciphertext.announce(proposalId, nullifier, digest);
    }

    /// @dev Opened, and not closed yet.
    function _checkVoting(Election storage e, uint256 proposalId) private view {
        uint256 closes = e.closes;
        if (closes == 0) revert ElectionNotOpened(proposalId);
        if (block.timestamp >= closes) revert VotingClosed(closes, block.timestamp);
    }

    /// @dev Closed with enough ballots, not yet tallied, not too late, and still of use. Shares need the same: what cannot be
    /// counted should not be opened.
    function _checkTallying(Election storage e, uint256 proposalId) private view {
        if (e.opened == 0) revert ElectionNotOpened(proposalId);
        if (e.tallied) revert AlreadyTallied(proposalId);
        if (block.timestamp < e.closes) revert VotingNotClosed(e.closes, block.timestamp);
        if (block.timestamp > e.tallyBy) revert TallyingClosed(e.tallyBy, block.timestamp);
        if (e.ballots < e.minTurnout) revert TurnoutTooLow(e.ballots, e.minTurnout);
        _checkOfUse(proposalId);
    }

    /// @dev The ballots' proofs bound the totals already; this is a second lock.
    function _checkTotals(Election storage e, uint256[] calldata totals_) private view {
        if (totals_.length != OPTIONS) revert WrongNumberOfWords(OPTIONS, totals_.length);
        uint256 most = Rules.mostVotes(e.rule, e.totalWeight);
        bool each = e.rule & Rules.APPROVAL != 0;
        uint256 sum = 0;
        for (uint256 k = 0; k < OPTIONS; ++k) {
            if (totals_[k] >= TOTAL_BOUND) revert TotalTooLarge(k, totals_[k]);
            sum = each ? totals_[k] : sum + totals_[k];
            if (sum > most) revert TotalsExceedWeight(sum, most);
        }
    }

    /// @dev Right number of words, each below r: a word and the word + r would fold to the same e.
    function _checkWords(uint256[] memory words, uint256 expected) private pure {
        if (words.length != expected) revert WrongNumberOfWords(expected, words.length);
        uint256 place = Statements.firstOutside(words);
        if (place != expected) revert WordNotInField(place, words[place]);
    }

    /// @dev The election's keys, x and y per option, from a term that the circuits can serve.
    function _checkedKeys(uint256 term) internal view returns (uint256[] memory) {
        (, uint256 threshold, uint256 options) = committee.termInfo(term);
        if (options != OPTIONS || threshold != 1) revert UnsupportedTerm(term, options, threshold);
        return _flat(committee.electionKeys(term));
    }

    /// @dev The ballot circuit's leading public inputs, in their order.
    function _constants(Election storage e, uint256[] memory keys) private view returns (uint256[] memory list) {
        list = new uint256[](4 + 2 * OPTIONS);
        (list[0], list[1], list[2], list[3]) = (e.root, e.size, e.scope, e.rule);
        for (uint256 i = 0; i < 2 * OPTIONS; ++i) {
            list[4 + i] = keys[i];
        }
    }

    /// @dev The tally circuit's words, in their order: context, sums, the trustee's keys, totals.
    function _tallyWords(Election storage e, uint256 proposalId, uint256[] calldata totals_)
        private
        view
        returns (uint256[] memory words)
    {
        uint256 at = 1 + _ciphertextWords();
        words = new uint256[](at + 3 * OPTIONS);
        words[0] = _context(e, proposalId);
        _readSums(proposalId, words, 1);
        uint256[] memory keys = _flat(committee.keys(e.term, 0));
        for (uint256 i = 0; i < 2 * OPTIONS; ++i) {
            words[at++] = keys[i];
        }
        for (uint256 k = 0; k < OPTIONS; ++k) {
            words[at++] = totals_[k];
        }
    }

    /// @dev The neutral element (0, 1) everywhere, with r written for 0: a slot that is not 0 is cheap to change, so the first
    /// ballot pays no more than the next. Readers reduce.
    function _writeNeutralSums(uint256 proposalId) private {
        uint256[2 + 2 * MOST_OPTIONS] storage sums = _sums[proposalId];
        uint256 n = _ciphertextWords();
        for (uint256 i = 0; i < n; i += 2) {
            (sums[i], sums[i + 1]) = (BabyJubjub.R, 1);
        }
    }

    /// @dev Marks a nullifier, once per election; gives whether it was new.
    function _spend(mapping(uint256 => uint256) storage spent, uint256 nullifier) private returns (bool) {
        if (spent[nullifier] != 0) return false;
        spent[nullifier] = 1;
        return true;
    }

    /// @dev The sums as they are stored; r may stand for 0. Ballots' points need no check before they are added: the circuit
    /// proves each to be a sum of multiples of points of the curve, and both words of each are bound by the proof.
    function _loadSums(uint256 proposalId) private view returns (uint256[] memory sums) {
        uint256[2 + 2 * MOST_OPTIONS] storage from = _sums[proposalId];
        uint256 n = _ciphertextWords();
        sums = new uint256[](n);
        // Exactly the n slots and the n words; assembly saves two bounds checks for each.
        assembly ("memory-safe") {
            for { let i := 0 } lt(i, n) { i := add(i, 1) } {
                mstore(add(add(sums, 0x20), mul(i, 0x20)), sload(add(from.slot, i)))
            }
        }
    }

    /// @dev The counterpart of `_loadSums`.
    function _storeSums(uint256 proposalId, uint256[] memory sums) private {
        uint256[2 + 2 * MOST_OPTIONS] storage to = _sums[proposalId];
        uint256 n = _ciphertextWords();
        assembly ("memory-safe") {
            for { let i := 0 } lt(i, n) { i := add(i, 1) } {
                sstore(add(to.slot, i), mload(add(add(sums, 0x20), mul(i, 0x20))))
            }
        }
    }
}
