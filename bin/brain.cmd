@echo off
rem Runs Brain with the given arguments; builds it first when there is no image. After a change of the sources, run
rem   mvn package
setlocal EnableExtensions DisableDelayedExpansion
set "project=%~dp0.."
set "brain=%project%\brain-examples\image\target\brain\bin\brain.cmd"
set "log=%project%\target\brain-build.log"
set "command_of_brain=%~f0"

if exist "%brain%" goto run

where mvn >nul 2>nul
if errorlevel 1 goto nomaven
>&2 echo Building Brain (first run, about a minute) ...
if not exist "%project%\target" mkdir "%project%\target"
pushd "%project%"
call mvn -B -Dmaven.test.skip -Djacoco.skip -Dspotless.check.skip -Dbrain.archive.skip package >"%log%" 2>&1 <nul
set "status=%errorlevel%"
popd
if not "%status%"=="0" goto failed

:run
call "%brain%" %*
exit /b %errorlevel%

:nomaven
>&2 echo Brain needs a JDK 17 or newer and Maven 3.8 or newer: install both, and set JAVA_HOME and PATH.
exit /b 1

:failed
>&2 findstr /b /c:"[ERROR]" "%log%"
>&2 echo The build failed; all it said is in "%log%"
exit /b 1
