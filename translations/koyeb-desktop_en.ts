<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en">
<context>
    <name>Koyeb::Desktop::AccountPage</name>
    <message numerus="yes">
        <source>%n sandbox(es). Choose one in the list, or make another.</source>
        <translation>
            <numerusform>%n sandbox. Choose one in the list, or make another.</numerusform>
            <numerusform>%n sandboxes. Choose one in the list, or make another.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::CompareDialog</name>
    <message numerus="yes">
        <source>%n file(s) are the same.</source>
        <translation>
            <numerusform>%n file is the same.</numerusform>
            <numerusform>%n files are the same.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n could not be looked at, so that nothing can be deleted.</source>
        <comment>files or folders</comment>
        <translation>
            <numerusform>%n could not be looked at, so that nothing can be deleted.</numerusform>
            <numerusform>%n could not be looked at, so that nothing can be deleted.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n item(s) are copied, %1.</source>
        <translation>
            <numerusform>%n item is copied, %1.</numerusform>
            <numerusform>%n items are copied, %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Once that went well, %n item(s) are deleted.</source>
        <translation>
            <numerusform>Once that went well, %n item is deleted.</numerusform>
            <numerusform>Once that went well, %n items are deleted.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Start, and delete %n item(s)</source>
        <translation>
            <numerusform>Start, and delete %n item</numerusform>
            <numerusform>Start, and delete %n items</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::CopyOutBar</name>
    <message numerus="yes">
        <source>Ready to be pasted or dragged, but %n item(s) could not be fetched.</source>
        <translation>
            <numerusform>Ready to be pasted or dragged, but %n item could not be fetched.</numerusform>
            <numerusform>Ready to be pasted or dragged, but %n items could not be fetched.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>To be dragged into another program, %n item(s) must first be fetched to this computer.</source>
        <translation>
            <numerusform>To be dragged into another program, %n item must first be fetched to this computer.</numerusform>
            <numerusform>To be dragged into another program, %n items must first be fetched to this computer.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::ErrorTexts</name>
    <message numerus="yes">
        <source>Try again in %n second(s).</source>
        <comment>the wait that a server asked for</comment>
        <translation>
            <numerusform>Try again in %n second.</numerusform>
            <numerusform>Try again in %n seconds.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::ExistingTargetsDialog</name>
    <message numerus="yes">
        <source>%n item(s) of these transfers exist in “%1” already. The other transfers go on meanwhile.</source>
        <translation>
            <numerusform>%n item of these transfers exists in “%1” already. The other transfers go on meanwhile.</numerusform>
            <numerusform>%n items of these transfers exist in “%1” already. The other transfers go on meanwhile.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::FileCommands</name>
    <message numerus="yes">
        <source>“%1” and %n more could not be copied.</source>
        <translation>
            <numerusform>“%1” and one more could not be copied.</numerusform>
            <numerusform>“%1” and %n more could not be copied.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“%1” and %n more could not be moved.</source>
        <translation>
            <numerusform>“%1” and one more could not be moved.</numerusform>
            <numerusform>“%1” and %n more could not be moved.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::FileDialogs</name>
    <message numerus="yes">
        <source>Delete these %n items from the sandbox?</source>
        <translation>
            <numerusform>Delete this item from the sandbox?</numerusform>
            <numerusform>Delete these %n items from the sandbox?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <comment>items of a list that are not named</comment>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>These %n items are there already:</source>
        <translation>
            <numerusform>This item is there already:</numerusform>
            <numerusform>These %n items are there already:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::FilesPage</name>
    <message numerus="yes">
        <source>%n item(s)</source>
        <translation>
            <numerusform>%n item</numerusform>
            <numerusform>%n items</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hidden</source>
        <comment>files that are not shown</comment>
        <translation>
            <numerusform>%n hidden</numerusform>
            <numerusform>%n hidden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n selected</source>
        <comment>files</comment>
        <translation>
            <numerusform>%n selected</numerusform>
            <numerusform>%n selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::FindBar</name>
    <message numerus="yes">
        <source>%n replaced</source>
        <comment>matches of a search</comment>
        <translation>
            <numerusform>%n replaced</numerusform>
            <numerusform>%n replaced</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::HistoryModel</name>
    <message numerus="yes">
        <source>Done, %n problem(s)</source>
        <comment>result of a past transfer</comment>
        <translation>
            <numerusform>Done, %n problem</numerusform>
            <numerusform>Done, %n problems</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::LeftEditsDialog</name>
    <message numerus="yes">
        <source>What you saved of %n file(s) goes for good:</source>
        <translation>
            <numerusform>What you saved of %n file goes for good:</numerusform>
            <numerusform>What you saved of %n files goes for good:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::LocalPane</name>
    <message numerus="yes">
        <source>%n item(s)</source>
        <translation>
            <numerusform>%n item</numerusform>
            <numerusform>%n items</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n selected</source>
        <comment>files</comment>
        <translation>
            <numerusform>%n selected</numerusform>
            <numerusform>%n selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::LostTextsDialog</name>
    <message numerus="yes">
        <source>The sandbox “%1” cannot be used any more, and %n open file(s) had changes that are not saved:</source>
        <translation>
            <numerusform>The sandbox “%1” cannot be used any more, and %n open file had changes that are not saved:</numerusform>
            <numerusform>The sandbox “%1” cannot be used any more, and %n open files had changes that are not saved:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::MainWindow</name>
    <message numerus="yes">
        <source>The local engine ends, and %n sandbox(es) on this computer with it. Their files are deleted.</source>
        <translation>
            <numerusform>The local engine ends, and %n sandbox on this computer with it. Its files are deleted.</numerusform>
            <numerusform>The local engine ends, and %n sandboxes on this computer with it. Their files are deleted.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n sandbox(es) on this computer will be deleted, with their files.</source>
        <translation>
            <numerusform>%n sandbox on this computer will be deleted, with its files.</numerusform>
            <numerusform>%n sandboxes on this computer will be deleted, with their files.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n transfer(s) will be stopped.</source>
        <translation>
            <numerusform>%n transfer will be stopped.</numerusform>
            <numerusform>%n transfers will be stopped.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 % of %n transfer(s)</source>
        <translation>
            <numerusform>%1 % of %n transfer</numerusform>
            <numerusform>%1 % of %n transfers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n open file(s) of this sandbox have changes that are not saved. They would go with the sandbox.</source>
        <translation>
            <numerusform>%n open file of this sandbox has changes that are not saved. They would go with the sandbox.</numerusform>
            <numerusform>%n open files of this sandbox have changes that are not saved. They would go with the sandbox.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n open file(s) have changes that are not saved.</source>
        <translation>
            <numerusform>%n open file has changes that are not saved.</numerusform>
            <numerusform>%n open files have changes that are not saved.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::PasteConfirmation</name>
    <message numerus="yes">
        <source>Paste %n line(s) into the terminal?</source>
        <translation>
            <numerusform>Paste %n line into the terminal?</numerusform>
            <numerusform>Paste %n lines into the terminal?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::PropertiesDialog</name>
    <message numerus="yes">
        <source>Properties of %n items</source>
        <translation>
            <numerusform>Properties of %n item</numerusform>
            <numerusform>Properties of %n items</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n folder(s)</source>
        <translation>
            <numerusform>%n folder</numerusform>
            <numerusform>%n folders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n other(s)</source>
        <comment>things that are no folders</comment>
        <translation>
            <numerusform>%n other</numerusform>
            <numerusform>%n others</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::TerminalPane</name>
    <message numerus="yes">
        <source>The connection was lost. Reconnecting in %n second(s)…</source>
        <translation>
            <numerusform>The connection was lost. Reconnecting in %n second…</numerusform>
            <numerusform>The connection was lost. Reconnecting in %n seconds…</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::TerminalTab</name>
    <message numerus="yes">
        <source>What you type goes to all %n terminal(s) of this tab.</source>
        <translation>
            <numerusform>What you type goes to all %n terminal of this tab.</numerusform>
            <numerusform>What you type goes to all %n terminals of this tab.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>What you type in a framed terminal goes to %n terminal(s): %1.</source>
        <translation>
            <numerusform>What you type in a framed terminal goes to %n terminal: %1.</numerusform>
            <numerusform>What you type in a framed terminal goes to %n terminals: %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::TimeTexts</name>
    <message numerus="yes">
        <source>%n minute(s) ago</source>
        <translation>
            <numerusform>%n minute ago</numerusform>
            <numerusform>%n minutes ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s) ago</source>
        <translation>
            <numerusform>%n hour ago</numerusform>
            <numerusform>%n hours ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s) ago</source>
        <translation>
            <numerusform>%n day ago</numerusform>
            <numerusform>%n days ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n minute(s)</source>
        <translation>
            <numerusform>in %n minute</numerusform>
            <numerusform>in %n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n hour(s)</source>
        <translation>
            <numerusform>in %n hour</numerusform>
            <numerusform>in %n hours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n day(s)</source>
        <translation>
            <numerusform>in %n day</numerusform>
            <numerusform>in %n days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n second</numerusform>
            <numerusform>%n seconds</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n hour</numerusform>
            <numerusform>%n hours</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::TransferModel</name>
    <message numerus="yes">
        <source>%n more</source>
        <comment>files that have arrived</comment>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::TransferNotifier</name>
    <message numerus="yes">
        <source>%n with problems.</source>
        <comment>transfers</comment>
        <translation>
            <numerusform>%n with problems.</numerusform>
            <numerusform>%n with problems.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n transfers have ended</source>
        <translation>
            <numerusform>%n transfer has ended</numerusform>
            <numerusform>%n transfers have ended</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::TransferOptionsDialog</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::TransferTexts</name>
    <message numerus="yes">
        <source>Done, %n problem(s)</source>
        <comment>state of a transfer</comment>
        <translation>
            <numerusform>Done, %n problem</numerusform>
            <numerusform>Done, %n problems</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more could not be moved.</source>
        <comment>files</comment>
        <translation>
            <numerusform>%n more could not be moved.</numerusform>
            <numerusform>%n more could not be moved.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Done, %n left as it was</source>
        <comment>state of a transfer; files of a folder</comment>
        <translation>
            <numerusform>Done, %n left as it was</numerusform>
            <numerusform>Done, %n left as they were</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::TransfersDock</name>
    <message numerus="yes">
        <source>%n under way</source>
        <comment>transfers</comment>
        <translation>
            <numerusform>%n under way</numerusform>
            <numerusform>%n under way</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n with problems</source>
        <comment>transfers</comment>
        <translation>
            <numerusform>%n with problems</numerusform>
            <numerusform>%n with problems</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Koyeb::Desktop::WatchTexts</name>
    <message numerus="yes">
        <source>Watching; %n could not be sent</source>
        <comment>state of a watched folder; files</comment>
        <translation>
            <numerusform>Watching; %n could not be sent</numerusform>
            <numerusform>Watching; %n could not be sent</numerusform>
        </translation>
    </message>
</context>
</TS>
